// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <stdexcept>
#include <string_view>

namespace widthwise::fuzz {

/// What somebody else wrote, read by the code that has to stand it. Throws std::logic_error where something
/// that must hold of every input does not hold of this one.
using Target = void (*)(std::string_view input);

void commandTemplate(std::string_view command);
void csvFile(std::string_view file);
void exchange(std::string_view message);
void experimentFile(std::string_view yaml);
void fileValues(std::string_view valueAndYaml);
void hdf5File(std::string_view file);
void jsonLines(std::string_view file);
void linePattern(std::string_view patternAndOutput);
void lzfBlock(std::string_view sizeAndBlock);
void siteFile(std::string_view yaml);
void slurmAnswers(std::string_view answer);
void textLines(std::string_view output);

struct NamedTarget {
    std::string_view name; ///< of its corpus and its dictionary, too
    Target run;
};
std::span<const NamedTarget> targets();

inline void expect(bool holds, const char* what)
{
    if (!holds)
        throw std::logic_error(what);
}

} // namespace widthwise::fuzz
