// SPDX-License-Identifier: GPL-3.0-or-later
// The trial protocol's metrics.jsonl, parsed without building a document:
// {"step":1,"metrics":{"loss":0.5,"x":NaN}}.
#include "core/launch/line_collector.h"
#include "core/launch/number_text.h"
#include "core/launch/trial_directory.h"

#include <cmath>
#include <optional>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <utility>

namespace widthwise {

namespace {

/// Iterative: a line of a hundred thousand brackets must not overflow the stack.
constexpr unsigned parseFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseNanAndInfFlag | rapidjson::kParseValidateEncodingFlag;

/// One report. Only numbers in `metrics` count, and text that says what is not finite, as programs write it
/// that have no other way to; what else stands there is remembered, whatever else a program adds is passed
/// over.
class ReportHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ReportHandler> {
public:
    bool Default()
    {
        m_field = Field::Other;
        return true;
    }
    bool Null() { return takeOther("null"); }
    bool Bool(bool value) { return takeOther(value ? "true" : "false"); }
    bool String(const char* text, rapidjson::SizeType length, bool)
    {
        const std::string_view said(text, length);
        const std::optional<double> value = numberFromText(said);
        if (isMetric() && value && !std::isfinite(*value))
            return Double(*value);
        return takeOther('"' + std::string(said) + '"');
    }
    bool Int(int value) { return Int64(value); }
    bool Uint(unsigned value) { return Int64(value); }
    bool Int64(std::int64_t value)
    {
        if (isStep())
            return takeStep(value < 0 ? std::nullopt : std::optional(value));
        return Double(static_cast<double>(value));
    }
    /// RapidJSON hands on what is beyond 32 bits here.
    bool Uint64(std::uint64_t value)
    {
        if (isStep())
            return takeStep(std::in_range<std::int64_t>(value)
                                ? std::optional(static_cast<std::int64_t>(value))
                                : std::nullopt);
        return Double(static_cast<double>(value));
    }
    bool Double(double value)
    {
        if (isStep())
            return takeStep(stepFromNumber(value));
        if (isMetric())
            m_values.emplace_back(m_name, value);
        return true;
    }
    bool Key(const char* text, rapidjson::SizeType length, bool)
    {
        const std::string_view name(text, length);
        if (m_depth == 1)
            m_field = name == "step" ? Field::Step : name == "metrics" ? Field::Metrics : Field::Other;
        else if (m_depth == 2 && m_inMetrics)
            m_name = name;
        return true;
    }
    bool StartObject()
    {
        if (isMetric())
            takeOther("{…}");
        m_inMetrics = m_inMetrics || (m_depth == 1 && m_field == Field::Metrics);
        ++m_depth;
        return true;
    }
    bool EndObject(rapidjson::SizeType)
    {
        --m_depth;
        if (m_depth == 1)
            m_inMetrics = false;
        return true;
    }
    bool StartArray()
    {
        if (isMetric())
            takeOther("[…]");
        ++m_depth;
        return m_depth > 1;
    }
    bool EndArray(rapidjson::SizeType)
    {
        --m_depth;
        return true;
    }

    void clear()
    {
        m_step.reset();
        m_values.clear();
        m_others.clear();
        m_field = Field::Other;
        m_depth = 0;
        m_inMetrics = false;
    }
    std::optional<std::int64_t> step() const { return m_step; }
    const std::vector<std::pair<std::string, double>>& values() const { return m_values; }
    /// Of what is no number: a metric, with what stands there.
    const std::vector<std::string>& others() const { return m_others; }

private:
    enum class Field { Step, Metrics, Other };

    bool isStep() const { return m_depth == 1 && m_field == Field::Step; }
    bool isMetric() const { return m_depth == 2 && m_inMetrics; }
    bool takeOther(const std::string& text)
    {
        if (isMetric())
            m_others.push_back(m_name + ": " + text);
        return Default();
    }
    bool takeStep(std::optional<std::int64_t> step)
    {
        m_step = step;
        return step.has_value();
    }

    std::optional<std::int64_t> m_step;
    std::vector<std::pair<std::string, double>> m_values;
    std::vector<std::string> m_others;
    std::string m_name;
    Field m_field = Field::Other;
    int m_depth = 0;
    bool m_inMetrics = false;
};

class JsonLines final : public LineCollector {
public:
    explicit JsonLines(const std::string& state) : LineCollector(std::string(trial_file::metrics))
    {
        restore(state);
    }

protected:
    void readLine(std::string_view line, char, MetricSamples& samples) override
    {
        if (line.find_first_not_of(" \t") == std::string_view::npos)
            return;
        m_report.clear();
        rapidjson::MemoryStream stream(line.data(), line.size());
        if (m_reader.Parse<parseFlags>(stream, m_report).IsError() || !m_report.step())
            return note(Notice::Kind::Unread, line);
        if (m_report.values().empty() && m_report.others().empty())
            return note(Notice::Kind::NoMetrics, line);
        for (const std::string& other : m_report.others())
            note(Notice::Kind::NoNumber, other);
        for (const auto& [name, value] : m_report.values()) {
            auto place = samples.find(name);
            if (place == samples.end())
                place = samples.emplace(name, std::vector<MetricSample>()).first;
            place->second.push_back({*m_report.step(), value});
        }
    }

private:
    rapidjson::Reader m_reader;
    ReportHandler m_report;
};

} // namespace

std::unique_ptr<MetricsCollector> makeJsonLinesCollector(const std::string& state)
{
    return std::make_unique<JsonLines>(state);
}

} // namespace widthwise
