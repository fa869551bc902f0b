// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QStringList>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace widthwise::bench {

/// A program that suggests trials behind the protocol of `suggest --stdio`, as it is started; `algorithm` is
/// what `init` tells it.
struct Contender {
    std::string name;
    QStringList command;
    nlohmann::ordered_json algorithm;
};

/// `widthwisectl suggest --stdio`.
QStringList ourSuggest();
/// Optuna behind the protocol; empty where it is not installed, which is told.
QStringList optunaSuggest();

/// A running one.
class Suggesting {
public:
    using Json = nlohmann::ordered_json;

    explicit Suggesting(const QStringList& command);
    ~Suggesting();
    /// The reply. Throws std::runtime_error where it is a refusal, or where the program has ended.
    Json operator()(const Json& request);

private:
    QProcess m_process;
};

struct Mean {
    double value = 0;
    double interval = 0; ///< half of that with 95 %; 0 for one value
};
Mean meanOf(const std::vector<double>& values);
/// "±0.012", or nothing for one value.
std::string intervalText(const Mean& mean);

} // namespace widthwise::bench
