// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/arguments.h"

#include "core/space/nearest.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <charconv>

namespace widthwise::trainer {

Arguments::Arguments(const std::vector<std::string>& words, const std::vector<std::string>& options,
                     const std::vector<std::string>& flags)
{
    std::vector<std::string> known = options;
    known.insert(known.end(), flags.begin(), flags.end());
    for (auto word = words.begin(); word != words.end(); ++word) {
        const std::size_t equals = word->find('=');
        const std::string key = word->substr(0, equals);
        if (std::ranges::find(known, key) == known.end()) {
            const auto near = nearest(key, known);
            throw InputError("unknown option " + key + (near ? ": did you mean " + *near + "?" : ""));
        }
        const bool isFlag = std::ranges::find(flags, key) != flags.end();
        if (isFlag && equals != std::string::npos) {
            throw InputError(key + " takes no value");
        }
        if (isFlag) {
            m_values[key] = {};
        } else if (equals != std::string::npos) {
            m_values[key] = word->substr(equals + 1);
        } else if (std::next(word) != words.end()) {
            m_values[key] = *++word;
        } else {
            throw InputError(key + " needs a value");
        }
    }
}

std::string Arguments::text(const std::string& key) const
{
    const auto found = m_values.find(key);
    if (found == m_values.end()) {
        throw InputError(key + " is missing");
    }
    return found->second;
}

std::string Arguments::text(const std::string& key, const std::string& otherwise) const
{
    return has(key) ? text(key) : otherwise;
}

std::uint64_t Arguments::number(const std::string& key, std::uint64_t low, std::uint64_t otherwise) const
{
    if (!has(key)) {
        return otherwise;
    }
    const std::string text = m_values.at(key);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < low) {
        throw InputError(key + ": expected a whole number of at least " + std::to_string(low) + ", got \"" +
                         text + "\"");
    }
    return value;
}

} // namespace widthwise::trainer
