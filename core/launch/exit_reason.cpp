// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/exit_reason.h"

#include "core/launch/plain_text.h"

#include <algorithm>
#include <csignal>
#include <cstring>

namespace widthwise {

namespace {

constexpr std::size_t longestReason = 300;

/// On one line, without outer spaces.
std::string printable(std::string_view line)
{
    std::string text = plainText(line);
    std::ranges::replace(text, '\t', ' ');
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// Cut between characters of UTF-8.
std::string shortened(std::string text)
{
    if (text.size() <= longestReason)
        return text;
    std::size_t end = longestReason;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.substr(0, end) + "…";
}

std::string signalWords(int signal)
{
    const std::string name = "ended by signal " + std::to_string(signal);
    const char* words = strsignal(signal);
    if (signal == SIGKILL)
        return name + " (killed; often because memory ran out)";
    return name + " (" + (words ? words : "unknown") + ")";
}

} // namespace

std::string lastLine(std::string_view output)
{
    while (!output.empty()) {
        const std::size_t newline = output.find_last_of("\r\n");
        const std::string line =
            printable(newline == std::string_view::npos ? output : output.substr(newline + 1));
        if (!line.empty())
            return shortened(line);
        if (newline == std::string_view::npos)
            break;
        output = output.substr(0, newline);
    }
    return {};
}

std::string readTail(Host& host, const std::string& path)
{
    constexpr std::int64_t length = 8192;
    const FileRequest tail{path, -length, length};
    const auto output = host.readFiles({&tail, 1}).front();
    return output ? output->bytes : "";
}

std::string exitReason(int exitCode, std::string_view output)
{
    const std::string what = exitCode > 128 && exitCode < 128 + NSIG
                                 ? signalWords(exitCode - 128)
                                 : "ended with exit code " + std::to_string(exitCode);
    const std::string said = lastLine(output);
    return said.empty() ? what + " and no output" : said + " (" + what + ")";
}

} // namespace widthwise
