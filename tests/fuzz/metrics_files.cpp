// SPDX-License-Identifier: GPL-3.0-or-later
// What trials write of their metrics.
#include "core/experiment/line_pattern.h"
#include "tests/fuzz/collected.h"
#include "tests/fuzz/targets.h"

#include <algorithm>
#include <stdexcept>

namespace widthwise::fuzz {

void jsonLines(std::string_view file)
{
    expectOneReading(JsonLinesCollector{}, file);
}

void csvFile(std::string_view file)
{
    expectOneReading(CsvCollector{"metrics.csv"}, file);
}

void textLines(std::string_view output)
{
    expectOneReading(StdoutCollector{defaultLinePattern}, output);
}

/// A person's pattern, and below it a line of output.
void linePattern(std::string_view patternAndOutput)
{
    const std::size_t end = std::min(patternAndOutput.find('\n'), patternAndOutput.size());
    try {
        expectOneReading(StdoutCollector{std::string(patternAndOutput.substr(0, end))},
                         patternAndOutput.substr(end));
    } catch (const std::invalid_argument&) { // no regular expression
    }
}

} // namespace widthwise::fuzz
