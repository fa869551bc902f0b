// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/command_template.h"

#include "tests/fuzz/targets.h"

namespace widthwise::fuzz {

void commandTemplate(std::string_view command)
{
    const bool isSound = commandProblems(command).empty();
    const auto value = [](std::string_view name) {
        return name == "x" ? std::nullopt : std::optional<std::string>("a' \"$(b)`c`\n");
    };
    try {
        fillCommand(command, value);
        expect(isSound, "a command with problems is not filled");
    } catch (const std::invalid_argument&) {
        expect(!isSound, "a command without problems is filled");
    }
}

} // namespace widthwise::fuzz
