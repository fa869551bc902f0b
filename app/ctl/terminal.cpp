// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/terminal.h"

#include "app/ctl/text.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace widthwise::ctl {

namespace {

bool isSet(const char* variable)
{
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

std::string_view colourCode(Tone tone)
{
    switch (tone) {
    case Tone::Strong:
        return "\033[1m";
    case Tone::Muted:
        return "\033[2m";
    case Tone::Accent:
        return "\033[36m";
    case Tone::Good:
        return "\033[32m";
    case Tone::Warning:
        return "\033[33m";
    case Tone::Bad:
        return "\033[31m";
    case Tone::Plain:
        break;
    }
    return "";
}

} // namespace

Terminal terminalOf(int descriptor)
{
    Terminal terminal;
    terminal.utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
    const char* type = std::getenv("TERM");
    terminal.interactive =
        isatty(descriptor) == 1 && type != nullptr && *type != '\0' && std::string_view(type) != "dumb";
    terminal.colour = terminal.interactive && !isSet("NO_COLOR");
    winsize size{};
    if (terminal.interactive && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
        size.ws_row > 0) {
        terminal.columns = size.ws_col;
        terminal.rows = size.ws_row;
    }
    return terminal;
}

std::string rendered(const Line& line, const Terminal& terminal)
{
    std::string text;
    std::size_t room = terminal.columns;
    for (const Span& span : line) {
        const std::string shown = terminal.interactive ? cutToWidth(span.text, room) : span.text;
        room -= displayWidth(shown);
        const std::string_view code = terminal.colour ? colourCode(span.tone) : "";
        text.append(code).append(shown).append(code.empty() ? "" : "\033[0m");
        if (terminal.interactive && room == 0)
            break;
    }
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

std::string printable(std::string_view text)
{
    std::string shown;
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if (code == '\t')
            shown += ' ';
        else if (code >= 0x20 && code != 0x7F)
            shown += byte;
    }
    return shown;
}

} // namespace widthwise::ctl
