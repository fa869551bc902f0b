// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What `{name}` may name in a command besides parameters: `trial_dir`, `trial`, `attempt`, `experiment_dir`.
const std::vector<std::string>& commandVariables();

/// What is wrong with a command, at its brace number `brace`; counted from 0 are all `{`.
struct CommandProblem {
    std::size_t brace = 0;
    std::string message;
};

/// Braces without their mates, and names that stand where no quotes keep a value whole: within `…`, ${…},
/// arithmetic and the like, and in what a second shell reads (see SecondReading).
std::vector<CommandProblem> commandProblems(std::string_view command);

/// Names that a trial may not have a value of, and whose words are all that there is of a command that
/// something has to be left of, as in `a && {tool} || b`. Empty where commandProblems tells of any.
std::vector<CommandProblem> absenceProblems(std::string_view command,
                                            const std::function<bool(std::string_view name)>& mayBeAbsent);

/// The names in braces, in order, repeated ones included; not those in comments. Throws
/// std::invalid_argument where commandProblems tells of any.
std::vector<std::string> placeholders(std::string_view command);

/// The command with every `{name}` replaced by `value(name)`, quoted for the shell as its place demands, so
/// that the value is one word or a part of one; and `{{` and `}}` by braces. Comments stay as they are.
///
/// A name without a value (a parameter that this trial does not have) takes its whole word with it, and the
/// redirection or the option before it: the word directly before that begins with `-`, be it in quotes, and
/// has neither
/// `=` nor a name in it. Of `train --lr={lr} --momentum {momentum}` stays `train --lr=0.1`. In a
/// here-document it is nothing. An empty word stays of the words of `[`, `test` and `case`, and `NAME=` of a
/// command that does nothing but assign, and behind `export`.
///
/// The shell hands a value on as it is. What a program does with it is its own: one that begins with `-` may
/// be taken for an option.
///
/// Throws std::invalid_argument as placeholders does, and for a value with a NUL.
std::string fillCommand(std::string_view command,
                        const std::function<std::optional<std::string>(std::string_view name)>& value);

} // namespace widthwise
