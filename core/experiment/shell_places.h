// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// Stands in a shell script for a value that is to be put there.
inline constexpr char valueMark = '\0';

/// What a value has to look like where it stands in a shell script.
struct ShellPlace {
    enum class Kind {
        Plain,        ///< outside quotes
        SingleQuotes, ///< within '…'
        DoubleQuotes, ///< within "…"
        HereDocument, ///< in the lines of a here-document whose delimiter has no quotes
        Comment,      ///< nothing that stands there is read
        Refused,      ///< no quotes keep a value whole there
    };
    Kind kind = Kind::Plain;
    std::string reason;       ///< why it is refused, and what to write instead
    bool startsWord = false;  ///< Plain: a word like `esac` or `a=b` would mean something else there
    bool needsQuotes = false; ///< Plain: even digits or letters would mean something else there
    /// What goes where there is no value: the word, with the redirection or the option before it. `instead`
    /// takes its place: of `case {m} in` an empty word, of `M={m}` as a command `M=`.
    std::size_t from = 0;
    std::size_t to = 0;
    std::string instead;
    /// Not 0: of the command of this number, which something has to be left of, nothing is left where each of
    /// its parts goes; `part` is this one's.
    std::size_t command = 0;
    std::size_t part = 0;
};

/// The place of each valueMark in `script`, in order. Follows the grammar of the POSIX shell ("2. Shell
/// Command Language" of POSIX.1-2017); what bash reads in another way, or what is never closed, is refused.
std::vector<ShellPlace> shellPlaces(std::string_view script);

} // namespace widthwise
