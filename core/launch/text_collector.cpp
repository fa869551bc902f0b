// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/line_pattern.h"
#include "core/launch/line_collector.h"
#include "core/launch/number_text.h"
#include "core/launch/plain_text.h"
#include "core/launch/progress_bars.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

/// A line of text that names its step gives it to all of its metrics, be it as a metric of this name.
constexpr std::string_view stepMetric = "step";

/// What a loose pattern may take with a number.
std::string_view withoutPunctuation(std::string_view number)
{
    return number.substr(0, number.find_last_not_of(",;:)]}'\"") + 1);
}

/// Finds metrics in text as a terminal shows it.
class Text final : public LineCollector {
public:
    Text(const std::string& pattern, const std::string& file, const std::string& state)
        : LineCollector(file, "\r\n"), m_pattern(pattern)
    {
        restore(state);
    }

protected:
    void readLine(std::string_view line, char end, MetricSamples& samples) override
    {
        if (movesCursorUp(line))
            m_bars.setNested();
        const std::string text = validText(plainText(line));
        report(m_bars.write(text, valuesOf(text)), samples);
        if (end == '\n')
            report(m_bars.endLine(), samples);
    }
    void finish(MetricSamples& samples) override { report(m_bars.finish(), samples); }
    void save(nlohmann::json& state) const override
    {
        state["counts"] = m_counts;
        state["bars"] = m_bars.state();
    }
    void load(const nlohmann::json& state) override
    {
        m_counts = state.value("counts", m_counts);
        if (const auto bars = state.find("bars"); bars != state.end())
            m_bars.restore(*bars);
    }

private:
    /// A line that does not match is none of ours; output is free text.
    NamedValues valuesOf(std::string_view text)
    {
        NamedValues values;
        const auto matches = m_pattern.matches(text);
        if (!matches) {
            note(Notice::Kind::TooHard, text);
            return values;
        }
        for (const LinePattern::Match& match : *matches) {
            LinePattern::Part number = match.value;
            number.length = lengthOfNumber(text, number.first, number.length);
            const std::optional<double> value = numberFromText(withoutPunctuation(number.of(text)));
            const auto hasComma = [text](const LinePattern::Part& part) {
                return hasNumberComma(text, part.first, part.length);
            };
            std::optional<std::int64_t> step;
            if (match.step)
                step = stepFromText(withoutPunctuation(match.step->of(text)));
            if (hasComma(number) || (match.step && hasComma(*match.step)))
                note(Notice::Kind::DecimalComma, text.substr(match.name.first));
            else if (!value || (match.step && !step) || hasDigitGroups(text, number.first, number.length))
                note(Notice::Kind::Unread, text);
            else
                values.push_back({validText(match.name.of(text)), *value, step}); // a `.` is a byte
        }
        return values;
    }

    void report(const std::vector<NamedValues>& lines, MetricSamples& samples)
    {
        for (const NamedValues& values : lines)
            reportLine(values, samples);
    }

    void reportLine(const NamedValues& values, MetricSamples& samples)
    {
        std::optional<std::int64_t> common;
        const auto said =
            std::ranges::find_if(values, [](const NamedValue& v) { return v.step.has_value(); });
        const auto named = std::ranges::find(values, stepMetric, &NamedValue::name);
        if (said != values.end())
            common = said->step;
        else if (named != values.end() && values.size() > 1)
            common = stepFromNumber(named->value);
        for (const NamedValue& value : values) {
            const std::int64_t count = m_counts[value.name]++;
            samples[value.name].push_back({value.step.value_or(common.value_or(count)), value.value});
        }
    }

    LinePattern m_pattern;
    ProgressBars m_bars;
    std::map<std::string, std::int64_t> m_counts; ///< values of each name so far
};

} // namespace

std::unique_ptr<MetricsCollector> makeTextCollector(const std::string& pattern, const std::string& file,
                                                    const std::string& state)
{
    return std::make_unique<Text>(pattern, file, state);
}

} // namespace widthwise
