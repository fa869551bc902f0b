// SPDX-License-Identifier: GPL-3.0-or-later
// Escape sequences as in ECMA-48.
#include "core/launch/plain_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

constexpr char escape = '\x1b';

bool isBetween(char character, char first, char last)
{
    return character >= first && character <= last;
}

/// The place of the final character of the sequence `ESC [ …` at `at`; no character of it where it was cut
/// off.
std::size_t endOfControl(std::string_view text, std::size_t at)
{
    at += 2;
    while (at < text.size() && isBetween(text[at], '\x20', '\x3f'))
        ++at;
    return at;
}

/// The place behind a string for the terminal, as a title is: it ends with BEL or ESC \, at the latest with
/// the line.
std::size_t behindString(std::string_view text, std::size_t at)
{
    const std::size_t end = text.find_first_of("\a\x1b\n", at);
    if (end == std::string_view::npos)
        return text.size();
    if (text[end] == escape)
        return text.substr(end + 1).starts_with('\\') ? end + 2 : end;
    return text[end] == '\n' ? end : end + 1;
}

/// The place behind the sequence that begins with the ESC at `at`.
std::size_t behindSequence(std::string_view text, std::size_t at)
{
    const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
    if (kind == '[') {
        const std::size_t end = endOfControl(text, at);
        return end < text.size() && isBetween(text[end], '\x40', '\x7e') ? end + 1 : end;
    }
    if (std::string_view("]PX^_").find(kind) != std::string_view::npos && kind != '\0')
        return behindString(text, at + 2);
    ++at;
    while (at < text.size() && isBetween(text[at], '\x20', '\x2f'))
        ++at;
    return at < text.size() && isBetween(text[at], '\x30', '\x7e') ? at + 1 : at;
}

} // namespace

std::string plainText(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = static_cast<unsigned char>(text[at]);
        if (text[at] == escape) {
            at = behindSequence(text, at);
            continue;
        }
        if ((character >= 0x20 && character != 0x7f) || text[at] == '\t' || text[at] == '\n' ||
            text[at] == '\r')
            plain += text[at];
        ++at;
    }
    return plain;
}

std::string validText(std::string_view text)
{
    using nlohmann::json;
    if (std::ranges::all_of(text,
                            [](char character) { return static_cast<unsigned char>(character) < 0x80; }))
        return std::string(text);
    const std::string kept = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    return json::parse(kept).get<std::string>();
}

bool movesCursorUp(std::string_view text)
{
    for (std::size_t at = text.find("\x1b["); at != std::string_view::npos; at = text.find("\x1b[", at + 2)) {
        const std::size_t end = endOfControl(text, at);
        if (end < text.size() && (text[end] == 'A' || text[end] == 'F'))
            return true;
    }
    return false;
}

} // namespace widthwise
