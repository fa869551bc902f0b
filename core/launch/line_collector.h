// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/metrics_collector.h"

#include <nlohmann/json_fwd.hpp>

namespace widthwise {

/// Cuts a file into lines, passes over lines that are too long to be meant, and keeps count.
class LineCollector : public MetricsCollector {
public:
    /// Longer ones are skipped, and that is told.
    static constexpr std::size_t longestLine = std::size_t{2} << 20;

    std::size_t take(std::string_view bytes, bool atEnd, MetricSamples& samples) final;
    std::string state() const final;
    const std::vector<Notice>& notices() const final { return m_notices; }

protected:
    /// `ends` are the characters that end a line; each of them is told to readLine.
    enum class Returns { BeginAgain, EndLines }; ///< a carriage return: for a progress bar, or as \n
    explicit LineCollector(std::string file, std::string_view ends = "\n",
                           Returns returns = Returns::BeginAgain);
    /// To be called by the constructor of a class that can be used.
    void restore(const std::string& state);

    /// `line` has no byte-order mark, and no carriage return at its end.
    virtual void readLine(std::string_view line, char end, MetricSamples& samples) = 0;
    /// Nothing will follow.
    virtual void finish(MetricSamples&) {}
    virtual void save(nlohmann::json&) const {}
    virtual void load(const nlohmann::json&) {}

    /// Something befell the line that is being read.
    void note(Notice::Kind kind, std::string_view text);

private:
    std::size_t endOfLine(std::string_view bytes, std::size_t from) const;
    void takeLine(std::string_view line, char end, MetricSamples& samples);

    std::string m_file;
    std::string m_ends;
    std::int64_t m_lines = 0; ///< that have ended
    std::vector<Notice> m_notices;
    bool m_insideLongLine = false;
    Returns m_returns;
    bool m_returned = false; ///< a line ended by a carriage return, of which a newline may be the rest
};

std::unique_ptr<MetricsCollector> makeJsonLinesCollector(const std::string& state);
std::unique_ptr<MetricsCollector> makeTextCollector(const std::string& pattern, const std::string& file,
                                                    const std::string& state);
std::unique_ptr<MetricsCollector> makeCsvCollector(const CsvCollector& settings, const std::string& state);

} // namespace widthwise
