// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise::ctl {

/// Sends stdout and stderr to the end of a file for as long as it lives.
class LogFile {
public:
    /// Creates the folder above it. Throws Failure.
    explicit LogFile(const std::string& file);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// A line of it, with the time before.
    static void say(const std::string& text);

private:
    static void redirect(int output, int errors);

    int m_output;
    int m_errors;
};

} // namespace widthwise::ctl
