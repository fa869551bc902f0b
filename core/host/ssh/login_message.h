// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_prompter.h"

#include <string>
#include <string_view>
#include <variant>

namespace widthwise {

// How a process that logs in asks another one, which has a person before it: lines of JSON over a socket that
// it has inherited. Each question is answered before the next is asked.

/// The host has let it in: what was answered was right.
struct LoggedIn {
    std::string host;
    bool operator==(const LoggedIn&) const = default;
};

using LoginMessage = std::variant<HostKeyQuestion, SecretQuestion, LoggedIn>;

/// Ends with a line break, the only one in it. What is not UTF-8 in a server's words is replaced.
std::string loginLine(const LoginMessage& message);
/// Throws std::invalid_argument, which repeats nothing of the line.
LoginMessage readLoginLine(std::string_view line);

/// The answer to a SecretQuestion, or to a HostKeyQuestion: `trustAnswer` or nothing. Empty where the person
/// does not want to go on.
using LoginAnswer = std::optional<std::string>;
inline constexpr std::string_view trustAnswer = "yes";

std::string answerLine(const LoginAnswer& answer);
/// Throws std::invalid_argument, which repeats nothing of the line.
LoginAnswer readAnswerLine(std::string_view line);

} // namespace widthwise
