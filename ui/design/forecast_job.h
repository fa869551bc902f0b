// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/search_forecast.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <optional>

class QThread;

namespace widthwise::ui {

/// What is to be simulated, seed after seed.
struct ForecastRequest {
    Experiment experiment;
    ForecastAssumptions assumptions = {};
    std::optional<ForecastTrials> like = {}; ///< empty: made up, for each seed anew
    int seeds = 1;
    std::int64_t mostEvents = INT64_MAX;
};

/// Simulates a search in a thread of its own, one request at a time.
class ForecastJob : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~ForecastJob() override;

    /// In place of what is running.
    void start(const ForecastRequest& request);
    void cancel();

Q_SIGNALS:
    /// After each seed: all forecasts so far.
    void made(const std::vector<widthwise::Forecast>& forecasts);
    /// Why the experiment cannot be simulated, in a sentence.
    void failed(const QString& reason);

private:
    void run(const ForecastRequest& request);

    QThread* m_thread = nullptr;
    std::shared_ptr<std::atomic<bool>> m_cancelled; ///< of the thread that runs
    std::optional<ForecastRequest> m_next;
};

} // namespace widthwise::ui
