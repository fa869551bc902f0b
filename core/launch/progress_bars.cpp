// SPDX-License-Identifier: GPL-3.0-or-later
// Bars as tqdm, Lightning and Keras draw them: "Epoch 0:  45%|████      | 9/20 [00:01<00:01, loss=1.975]".
#include "core/launch/progress_bars.h"

#include "core/launch/number_text.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

/// Values in a bar's description change while it is drawn, and are none of its name: numbers with a point.
/// Neither are the blanks that keep numbers and the percentage in their columns.
std::string nameOf(std::string_view text)
{
    std::string name;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of("0123456789.", at), text.size());
        const std::string_view number = text.substr(at, end - at);
        if (number.find('.') == std::string_view::npos)
            name += number;
        if (end < text.size() && text[end] != ' ')
            name += text[end];
        at = end + 1;
    }
    return name;
}

/// "Epoch 1" is what became of "Epoch 0".
bool differInDigitsOnly(std::string_view one, std::string_view other)
{
    const auto skipDigits = [](std::string_view& text) {
        text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    };
    while (!one.empty() && !other.empty()) {
        if (isDigit(one.front()) && isDigit(other.front())) {
            skipDigits(one);
            skipDigits(other);
        } else if (one.front() != other.front()) {
            return false;
        } else {
            one.remove_prefix(1);
            other.remove_prefix(1);
        }
    }
    return one.empty() && other.empty();
}

struct Heading {
    std::string name;
    int percent = 0;
};

/// Of "Epoch 0:  45%|███" what comes before the percentage, and that; no name where the text is no bar.
Heading headingOf(std::string_view text)
{
    const std::size_t mark = text.find("%|");
    if (mark == std::string_view::npos)
        return {};
    std::size_t first = mark;
    while (first > 0 && isDigit(text[first - 1]))
        --first;
    Heading heading;
    std::from_chars(text.data() + first, text.data() + mark, heading.percent);
    heading.name = nameOf(text.substr(0, first)) + '%';
    return heading;
}

} // namespace

std::vector<NamedValues> ProgressBars::write(std::string_view text, NamedValues values)
{
    std::vector<NamedValues> finished;
    if (values.empty())
        return finished; // what wipes a line out tells nothing of it
    Heading heading = headingOf(text);
    const auto isOver = [&](const Bar& bar) {
        const bool isAnew = heading.percent < bar.percent && differInDigitsOnly(bar.name, heading.name);
        return isAnew || (bar.name != heading.name && (!m_nested || bar.name.empty()));
    };
    for (Bar& bar : m_bars)
        if (isOver(bar))
            finished.push_back(std::move(bar.values));
    std::erase_if(m_bars, isOver);
    const auto known = std::ranges::find(m_bars, heading.name, &Bar::name);
    if (known == m_bars.end())
        m_bars.push_back({std::move(heading.name), heading.percent, std::move(values)});
    else
        *known = {std::move(heading.name), heading.percent, std::move(values)};
    return finished;
}

std::vector<NamedValues> ProgressBars::endLine()
{
    if (!m_nested)
        return finish();
    std::vector<NamedValues> finished;
    for (Bar& bar : m_bars)
        if (bar.name.empty())
            finished.push_back(std::move(bar.values));
    std::erase_if(m_bars, [](const Bar& bar) { return bar.name.empty(); });
    return finished;
}

std::vector<NamedValues> ProgressBars::finish()
{
    std::vector<NamedValues> finished;
    for (Bar& bar : m_bars)
        finished.push_back(std::move(bar.values));
    m_bars.clear();
    return finished;
}

nlohmann::json ProgressBars::state() const
{
    nlohmann::json bars = nlohmann::json::array();
    for (const Bar& bar : m_bars) {
        nlohmann::json values = nlohmann::json::array();
        for (const NamedValue& value : bar.values)
            values.push_back({value.name, textOfNumber(value.value),
                              value.step ? nlohmann::json(*value.step) : nlohmann::json()});
        bars.push_back({bar.name, bar.percent, std::move(values)});
    }
    return {{"nested", m_nested}, {"bars", std::move(bars)}};
}

void ProgressBars::restore(const nlohmann::json& state)
{
    m_nested = state.at("nested");
    for (const nlohmann::json& bar : state.at("bars")) {
        Bar& restored = m_bars.emplace_back(Bar{bar.at(0), bar.at(1), {}});
        for (const nlohmann::json& value : bar.at(2))
            restored.values.push_back(
                {value.at(0), numberFromText(value.at(1).get<std::string>()).value(),
                 value.at(2).is_null() ? std::nullopt : std::optional(value.at(2).get<std::int64_t>())});
    }
}

} // namespace widthwise
