// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/subcommand.h"

#include <QCommandLineParser>

#include <optional>
#include <string>
#include <vector>

namespace widthwise::ctl {

/// The arguments of one command, checked against what it takes.
class Invocation {
public:
    /// `arguments` are those after the command's name. Throws Failure (BadUsage).
    Invocation(const Subcommand& command, const QStringList& arguments);

    bool wantsHelp() const { return has("help") || has("h"); }
    bool json() const { return has("json"); }
    /// Absolute.
    std::string storeFile() const;

    std::size_t count() const;
    std::string argument(std::size_t index) const;
    bool has(const char* option) const;
    /// Empty where the option was not given.
    std::optional<std::string> value(const char* option) const;
    /// Of an option that may be given more than once.
    std::vector<std::string> values(const char* option) const;
    /// Throws Failure (BadUsage) for anything but a whole number from 0.
    std::optional<int> number(const char* option) const;
    /// The trial that `--trial` names, or the argument at `index`. Throws Failure (BadUsage) where they
    /// differ.
    std::optional<int> trial(std::size_t index) const;

private:
    int wholeNumber(const std::string& text, const std::string& what) const;
    [[noreturn]] void refuse(const std::string& problem) const;
    void refuseUnknownOptions() const;

    const Subcommand& m_command;
    QCommandLineParser m_parser;
};

} // namespace widthwise::ctl
