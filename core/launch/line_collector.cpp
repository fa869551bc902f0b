// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/line_collector.h"

#include "core/launch/exit_reason.h"
#include "core/launch/trial_directory.h"

#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

constexpr std::size_t shownOfLine = 60;
constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";

} // namespace

LineCollector::LineCollector(std::string file, std::string_view ends, Returns returns)
    : m_file(std::move(file)), m_ends(ends), m_returns(returns)
{
}

std::size_t LineCollector::endOfLine(std::string_view bytes, std::size_t from) const
{
    return m_ends.size() == 1 ? bytes.find(m_ends.front(), from) : bytes.find_first_of(m_ends, from);
}

std::size_t LineCollector::take(std::string_view bytes, bool atEnd, MetricSamples& samples)
{
    std::size_t taken = 0;
    for (std::size_t end; (end = endOfLine(bytes, taken)) != std::string_view::npos; taken = end + 1)
        takeLine(bytes.substr(taken, end - taken), bytes[end], samples);
    const std::string_view rest = bytes.substr(taken);
    if (atEnd) {
        if (!rest.empty())
            takeLine(rest, '\n', samples);
        finish(samples);
        return bytes.size();
    }
    if (rest.size() < longestLine)
        return taken;
    if (!m_insideLongLine)
        note(Notice::Kind::TooLong, rest);
    m_insideLongLine = true;
    return bytes.size();
}

void LineCollector::takeLine(std::string_view line, char end, MetricSamples& samples)
{
    const bool isEmpty = line.empty();
    if (line.starts_with(byteOrderMark)) // in mid-file, too, where a program appends a file to another
        line.remove_prefix(byteOrderMark.size());
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (m_insideLongLine)
        m_insideLongLine = false;
    else if (line.size() >= longestLine)
        note(Notice::Kind::TooLong, line);
    else
        readLine(line, end, samples);
    const bool returns = end == '\r' && m_returns == Returns::EndLines;
    const bool isRest = end == '\n' && isEmpty && m_returned;
    m_lines += returns || (end == '\n' && !isRest) ? 1 : 0;
    m_returned = returns;
}

void LineCollector::note(Notice::Kind kind, std::string_view text)
{
    add(m_notices, {kind, 1, m_file, "line " + std::to_string(m_lines + 1),
                    lastLine(text.substr(0, shownOfLine)) + (text.size() > shownOfLine ? "…" : "")});
}

std::string LineCollector::state() const
{
    nlohmann::json state = {{"lines", m_lines}};
    if (!m_notices.empty())
        state["notices"] = toJson(m_notices);
    if (m_insideLongLine)
        state["inside"] = true;
    if (m_returned)
        state["returned"] = true;
    save(state);
    return state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void LineCollector::restore(const std::string& text)
{
    const nlohmann::json state = nlohmann::json::parse(text, nullptr, false);
    if (!state.is_object())
        return;
    m_lines = state.value("lines", m_lines);
    m_notices = noticesFromJson(state.value("notices", ""));
    m_insideLongLine = state.value("inside", m_insideLongLine);
    m_returned = state.value("returned", m_returned);
    load(state);
}

std::unique_ptr<MetricsCollector> makeCollector(const Collector& collector, const std::string& state)
{
    if (const auto* output = std::get_if<StdoutCollector>(&collector))
        return makeTextCollector(output->pattern, std::string(trial_file::output), state);
    if (const auto* text = std::get_if<TextCollector>(&collector))
        return makeTextCollector(text->pattern, text->file, state);
    if (const auto* csv = std::get_if<CsvCollector>(&collector))
        return makeCsvCollector(*csv, state);
    return makeJsonLinesCollector(state);
}

std::string metricsFile(const Collector& collector)
{
    if (std::holds_alternative<StdoutCollector>(collector))
        return std::string(trial_file::output);
    if (const auto* text = std::get_if<TextCollector>(&collector))
        return text->file;
    if (const auto* csv = std::get_if<CsvCollector>(&collector))
        return csv->file;
    return std::string(trial_file::metrics);
}

} // namespace widthwise
