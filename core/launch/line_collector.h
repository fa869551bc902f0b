// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/metrics_collector.h"

#include <nlohmann/json_fwd.hpp>

namespace widthwise {

/// Cuts a file into lines, passes over lines that are too long to be meant, and keeps count.
class LineCollector : public MetricsCollector {
public:
    std::size_t take(std::string_view bytes, bool atEnd, MetricSamples& samples) final;
    bool stillReads(std::string_view) const override { return true; }
    std::string state() const final;
    std::string problem() const final;

protected:
    enum class Line { Read, Malformed };

    explicit LineCollector(std::string file) : m_file(std::move(file)) {}
    /// To be called by the constructor of a class that can be used.
    void restore(const std::string& state);

    virtual Line readLine(std::string_view line, MetricSamples& samples) = 0;
    virtual void save(nlohmann::json&) const {}
    virtual void load(const nlohmann::json&) {}

private:
    void takeLine(std::string_view line, MetricSamples& samples);
    void skip(std::string_view line);

    std::string m_file;
    std::int64_t m_lines = 0;
    std::int64_t m_skipped = 0;
    std::int64_t m_firstSkipped = 0; ///< counts from 1
    std::string m_firstText;
    bool m_insideLongLine = false;
};

std::unique_ptr<MetricsCollector> makeJsonLinesCollector(const std::string& state);
std::unique_ptr<MetricsCollector> makeStdoutCollector(const StdoutCollector& settings,
                                                      const std::string& state);
std::unique_ptr<MetricsCollector> makeCsvCollector(const CsvCollector& settings, const std::string& state);

} // namespace widthwise
