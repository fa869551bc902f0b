// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/exchange.h"

#include "tests/fuzz/targets.h"

namespace widthwise::fuzz {

namespace {

template <typename Message>
void there(std::string_view text, Message (*read)(std::string_view, const std::string&))
{
    std::string again;
    try {
        again = encode(read(text, "juwels"));
    } catch (const ExchangeError&) {
        return;
    }
    expect(encode(read(again, "juwels")) == again, "what was read is sent as it came");
}

} // namespace

/// Either a message, or what follows its first line.
void exchange(std::string_view message)
{
    static const std::string empty = encode(ExchangeRequest{});
    static const std::string first = empty.substr(0, empty.rfind(' ', empty.find('\n')) + 1);
    const bool isWhole = message.find(first) != std::string_view::npos;
    const std::string text =
        isWhole ? std::string(message) : first + std::to_string(message.size()) + '\n' + std::string(message);
    there(text, readRequest);
    there(text, readAnswer);
}

} // namespace widthwise::fuzz
