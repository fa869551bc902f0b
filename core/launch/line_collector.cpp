// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/line_collector.h"

#include "core/launch/exit_reason.h"
#include "core/launch/trial_directory.h"

#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

constexpr std::size_t longestLine = 256 * 1024;
constexpr std::size_t shownOfLine = 60;

} // namespace

std::size_t LineCollector::take(std::string_view bytes, bool atEnd, MetricSamples& samples)
{
    std::size_t taken = 0;
    for (std::size_t newline; (newline = bytes.find('\n', taken)) != std::string_view::npos;
         taken = newline + 1)
        takeLine(bytes.substr(taken, newline - taken), samples);
    const std::string_view rest = bytes.substr(taken);
    if (atEnd && !rest.empty()) {
        takeLine(rest, samples);
        return bytes.size();
    }
    if (rest.size() < longestLine)
        return taken;
    if (!m_insideLongLine) {
        ++m_lines;
        skip(rest);
    }
    m_insideLongLine = true;
    return bytes.size();
}

void LineCollector::takeLine(std::string_view line, MetricSamples& samples)
{
    if (m_insideLongLine) {
        m_insideLongLine = false;
        return;
    }
    ++m_lines;
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos)
        return;
    if (line.size() >= longestLine || readLine(line, samples) == Line::Malformed)
        skip(line);
}

void LineCollector::skip(std::string_view line)
{
    if (m_skipped++ > 0)
        return;
    m_firstSkipped = m_lines;
    m_firstText = lastLine(line.substr(0, shownOfLine)) + (line.size() > shownOfLine ? "…" : "");
}

std::string LineCollector::problem() const
{
    if (m_skipped == 0)
        return {};
    const std::string place = "line " + std::to_string(m_firstSkipped) + " of " + m_file;
    if (m_skipped == 1)
        return place + " could not be read and was skipped: " + m_firstText;
    return std::to_string(m_skipped) + " lines of " + m_file +
           " could not be read and were skipped, the first is line " + std::to_string(m_firstSkipped) + ": " +
           m_firstText;
}

std::string LineCollector::state() const
{
    nlohmann::json state = {{"lines", m_lines}};
    if (m_skipped > 0)
        state.update({{"skipped", m_skipped}, {"first", m_firstSkipped}, {"text", m_firstText}});
    if (m_insideLongLine)
        state["inside"] = true;
    save(state);
    return state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void LineCollector::restore(const std::string& text)
{
    const nlohmann::json state = nlohmann::json::parse(text, nullptr, false);
    if (!state.is_object())
        return;
    m_lines = state.value("lines", m_lines);
    m_skipped = state.value("skipped", m_skipped);
    m_firstSkipped = state.value("first", m_firstSkipped);
    m_firstText = state.value("text", m_firstText);
    m_insideLongLine = state.value("inside", m_insideLongLine);
    load(state);
}

std::unique_ptr<MetricsCollector> makeCollector(const Collector& collector, const std::string& state)
{
    if (const auto* output = std::get_if<StdoutCollector>(&collector))
        return makeStdoutCollector(*output, state);
    if (const auto* csv = std::get_if<CsvCollector>(&collector))
        return makeCsvCollector(*csv, state);
    return makeJsonLinesCollector(state);
}

std::string metricsFile(const Collector& collector)
{
    if (std::holds_alternative<StdoutCollector>(collector))
        return std::string(trial_file::output);
    if (const auto* csv = std::get_if<CsvCollector>(&collector))
        return csv->file;
    return std::string(trial_file::metrics);
}

} // namespace widthwise
