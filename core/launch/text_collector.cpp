// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/line_pattern.h"
#include "core/launch/line_collector.h"
#include "core/launch/number_text.h"
#include "core/launch/plain_text.h"
#include "core/launch/printed_number.h"
#include "core/launch/progress_bars.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

using Kind = PrintedNumber::Kind;

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
        : LineCollector(file, "\r\n"), m_pattern(pattern), m_isDefault(pattern == defaultLinePattern)
    {
        restore(state);
    }

protected:
    void readLine(std::string_view line, char end, MetricSamples& samples) override
    {
        if (movesCursorUp(line))
            m_bars.setNested();
        const std::string shown = validText(plainText(line));
        const std::string_view text = withoutShellMessage(shown);
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
        std::optional<std::int64_t> named;
        const auto matches = m_pattern.matches(text);
        if (!matches) {
            note(Notice::Kind::TooHard, text);
            return values;
        }
        for (const LinePattern::Match& match : *matches)
            takeMatch(text, match, values, named);
        shareStep(values, named);
        return values;
    }

    /// `named`: what the first metric `step` says, exactly.
    void takeMatch(std::string_view text, const LinePattern::Match& match, NamedValues& values,
                   std::optional<std::int64_t>& named)
    {
        const std::string name = validText(match.name.of(text)); // \C is a byte
        const PrintedNumber printed =
            m_isDefault ? printedNumber(text, match.value.first, name) : numberOfPattern(text, match, name);
        std::optional<std::int64_t> step;
        if (match.step)
            step = stepFromText(withoutPunctuation(match.step->of(text)));
        const bool commaInStep = match.step && hasNumberComma(text, match.step->first, match.step->length);
        if (printed.kind == Kind::Comma || commaInStep)
            note(Notice::Kind::DecimalComma, text.substr(match.name.first));
        else if (printed.kind == Kind::Unclear || (printed.kind == Kind::Number && match.step && !step))
            note(Notice::Kind::Unread, text.substr(match.name.first));
        else if (printed.kind == Kind::Number)
            values.push_back({name, numberFromText(printed.text).value(), step});
        if (printed.kind == Kind::Number && name == stepMetric && !named)
            named = stepFromText(printed.text);
    }

    /// What a person's own pattern took is the number.
    static PrintedNumber numberOfPattern(std::string_view text, const LinePattern::Match& match,
                                         std::string_view name)
    {
        LinePattern::Part number = match.value;
        number.length = lengthOfNumber(text, number.first, number.length);
        if (hasNumberComma(text, number.first, number.length))
            return {Kind::Comma, {}};
        if (hasDigitGroups(text, number.first, number.length))
            return {Kind::Unclear, {}};
        const std::string_view token = withoutPunctuation(number.of(text));
        if (numberFromText(token))
            return {Kind::Number, std::string(token)};
        PrintedNumber printed = printedNumber(text, number.first, name);
        if (printed.kind == Kind::Other)
            printed.kind = Kind::Unclear;
        return printed;
    }

    /// All metrics of a line have the step that one of them says, or that `step` names beside others.
    static void shareStep(NamedValues& values, std::optional<std::int64_t> named)
    {
        const auto said =
            std::ranges::find_if(values, [](const NamedValue& v) { return v.step.has_value(); });
        const std::optional<std::int64_t> common = said != values.end() ? said->step
                                                   : values.size() > 1  ? named
                                                                        : std::nullopt;
        for (NamedValue& value : values)
            if (!value.step)
                value.step = common;
    }

    void report(const std::vector<NamedValues>& lines, MetricSamples& samples)
    {
        for (const NamedValues& values : lines)
            reportLine(values, samples);
    }

    void reportLine(const NamedValues& values, MetricSamples& samples)
    {
        for (const NamedValue& value : values) {
            const std::int64_t count = m_counts[value.name]++;
            samples[value.name].push_back({value.step.value_or(count), value.value});
        }
    }

    LinePattern m_pattern;
    bool m_isDefault;
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
