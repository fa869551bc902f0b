// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace widthwise {

/// What stands in a line of output behind a name and its separator.
struct PrintedNumber {
    enum class Kind {
        Number,  ///< one number, beyond doubt
        Unclear, ///< something of a number, but which one it means nobody can tell: `1/3`, `0x1f`, `1 234.5`
        Comma,   ///< a number with a comma in it
        Other,   ///< no value: a word, a date, a version, a time, a number with a unit
    };
    Kind kind = Kind::Other;
    std::string text; ///< Number: as numberFromText and stepFromText read it
};

/// What begins at `first` of `line`: a number, also in quotes or brackets, as `tensor(0.5, device='cuda')` or
/// `np.float64(0.5)`, with U+2212 for its minus, or with underscores between its digits. `name` is the name
/// before it: of what is counted, as of an epoch, `1/3` is no more than the progress.
PrintedNumber printedNumber(std::string_view line, std::size_t first, std::string_view name);

/// `line` without what a shell says of the end of its program directly behind what that printed without a
/// newline: `loss=0.4Terminated`.
std::string_view withoutShellMessage(std::string_view line);

} // namespace widthwise
