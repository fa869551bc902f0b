// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// The single values of a YAML text by their dotted keys, as they are written: `budget.trials` → `20`. Values
/// inside lists are left out. Empty for text that is not YAML.
std::map<std::string, std::string> fileValues(std::string_view yaml);

/// The lists of single values of a YAML text by their dotted keys: `fidelity.values` → `32`, `64`.
std::map<std::string, std::vector<std::string>> fileLists(std::string_view yaml);

/// `yaml` with the value under the keys of `path`, from the top down, changed, added where there was none, or
/// taken out where `value` is empty; every other letter stays. Mappings above it come and go with it. Throws
/// std::invalid_argument where the text is not YAML, or something else than a single value stands there.
std::string withValue(std::string_view yaml, const std::vector<std::string>& path, std::string_view value);
/// The same with a list in brackets. Throws also where the list that stands there has a line for each item.
std::string withList(std::string_view yaml, const std::vector<std::string>& path,
                     const std::vector<std::string>& items);

} // namespace widthwise
