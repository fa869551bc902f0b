// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/file_values.h"

#include "tests/fuzz/targets.h"

namespace widthwise::fuzz {

/// A text under the Design page's form, and what its field `name` writes into it. The first byte is its
/// value.
void fileValues(std::string_view valueAndYaml)
{
    if (valueAndYaml.empty())
        return;
    const std::string_view value = valueAndYaml.substr(0, 1), yaml = valueAndYaml.substr(1);
    widthwise::fileValues(yaml);
    fileLists(yaml);
    try {
        const std::vector<std::string> items{std::string(value), "64"};
        const std::string listed = withList(yaml, {"fidelity", "values"}, items);
        expect(withList(listed, {"fidelity", "values"}, items) == listed,
               "the list that stands there already changes nothing");
    } catch (const std::invalid_argument&) { // no YAML, or something else stands there
    }
    try {
        const std::string changed = withValue(yaml, {"trial", "trainer", "width"}, value);
        expect(withValue(changed, {"trial", "trainer", "width"}, value) == changed,
               "what stands there already changes nothing");
    } catch (const std::invalid_argument&) { // no YAML, or something else stands there
    }
}

} // namespace widthwise::fuzz
