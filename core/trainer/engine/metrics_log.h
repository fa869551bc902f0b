// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace widthwise::trainer {

using Metrics = std::vector<std::pair<std::string, double>>;

/// One line of the trial protocol, with its newline: {"step":…,"epoch":…,"time":…,"metrics":{…}}. Numbers
/// read back to the same double; NaN, Infinity and -Infinity are spelled so.
std::string metricsLine(std::int64_t step, double epoch, double time, const Metrics& metrics);

/// Appends to a trial's metrics.jsonl, each line with one write. Steps rise strictly even where a trial goes
/// on from a checkpoint that is older than its last line: what the file already has is not written again.
class MetricsLog {
public:
    /// Throws InputError where the file cannot be written.
    explicit MetricsLog(const std::string& path);
    ~MetricsLog();
    MetricsLog(const MetricsLog&) = delete;
    MetricsLog& operator=(const MetricsLog&) = delete;

    /// Throws std::runtime_error where the disk is full.
    void write(std::int64_t step, double epoch, double time, const Metrics& metrics);
    /// A line that starts like those of metricsLine, for a file of another kind.
    void write(std::int64_t step, const std::string& line);

private:
    void append(const std::string& text);

    std::string m_path;
    int m_file = -1;
    std::int64_t m_lastStep = -1;
};

} // namespace widthwise::trainer
