// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/space_text.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/file_values.h"

#include <optional>
#include <stdexcept>
#include <variant>

namespace widthwise::ui {

namespace {

std::string textOf(Scale scale)
{
    return scale == Scale::Log ? "log" : "linear";
}

/// Writes into the text what differs between two ranges of one kind.
template <class Range>
void setRange(std::string& yaml, const std::string& name, const Range& before, const Range& after)
{
    const auto set = [&](const char* field, const std::string& value) {
        yaml = withValue(yaml, {"space", name, field}, value);
    };
    if (before.low != after.low)
        set("low", toText(after.low));
    if (before.high != after.high)
        set("high", toText(after.high));
    if (before.step != after.step)
        set("step", after.step ? toText(*after.step) : std::string());
    if (before.scale != after.scale)
        set("scale", textOf(after.scale));
}

/// False where the parameters differ in more than the numbers of a range.
bool setParameter(std::string& yaml, const Parameter& before, const Parameter& after)
{
    Parameter sameButDomain = after;
    sameButDomain.domain = before.domain;
    if (sameButDomain != before)
        return false;
    return std::visit(
        [&](const auto& old) {
            using Domain = std::decay_t<decltype(old)>;
            const auto* now = std::get_if<Domain>(&after.domain);
            if constexpr (std::is_same_v<Domain, FloatRange> || std::is_same_v<Domain, IntegerRange>) {
                if (now != nullptr)
                    setRange(yaml, before.name, old, *now);
                return now != nullptr;
            } else {
                return now != nullptr && *now == old;
            }
        },
        before.domain);
}

std::optional<std::string> withNumbers(std::string yaml, const SearchSpace& before, const SearchSpace& after)
{
    if (before.parameters().size() != after.parameters().size())
        return std::nullopt;
    try {
        for (std::size_t i = 0; i < after.parameters().size(); ++i)
            if (!setParameter(yaml, before.parameters()[i], after.parameters()[i]))
                return std::nullopt;
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
    const ExperimentReading reading = readExperiment(yaml);
    const bool same = reading.experiment && reading.experiment->space == after;
    return same ? std::optional(yaml) : std::nullopt;
}

} // namespace

std::string withSpaceChanged(std::string_view yaml, const SearchSpace& before, const SearchSpace& after)
{
    if (auto numbers = withNumbers(std::string(yaml), before, after))
        return *numbers;
    return withSpace(yaml, after);
}

} // namespace widthwise::ui
