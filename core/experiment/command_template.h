// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What `{name}` may name in a command besides parameters: `trial_dir`, `trial`, `attempt`, `experiment_dir`.
const std::vector<std::string>& commandVariables();

/// The names in braces, in order, repeated ones included. Throws std::invalid_argument for a brace without
/// its mate.
std::vector<std::string> placeholders(std::string_view command);

/// The command with every `{name}` replaced by `value(name)`, quoted for the shell as its place demands, and
/// `{{` and `}}` by braces. A name without a value (a parameter that this trial does not have) takes its
/// whole argument with it: of `train --lr={lr} --momentum={momentum}` stays `train --lr=0.1`. Quotes inside
/// `"$( )"` are not followed: there only numbers and single words are safe. Throws as placeholders does.
std::string fillCommand(std::string_view command,
                        const std::function<std::optional<std::string>(std::string_view name)>& value);

} // namespace widthwise
