// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/parameter.h"

#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// `text` as a YAML scalar that every reader takes for a string: plain where that is safe, else in double
/// quotes.
std::string yamlText(std::string_view text);

/// A scalar that reads back to the same value, also in YAML 1.1 (PyYAML wants `1.0e-5` where YAML 1.2 has
/// `1e-5`).
std::string yamlScalar(const Value& value);

/// `[adam, sgd]`
std::string yamlList(const std::vector<Value>& values);

/// `max_lr: {type: float, low: 0.0001, high: 0.1, scale: log}`
std::string yamlParameter(const Parameter& parameter);

/// JSON text in YAML's flow form, `{model: gn2, width: 64}`.
std::string yamlFromJson(const std::string& json);

} // namespace widthwise
