// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace widthwise::ctl {

/// What the place that text is written to can show.
struct Terminal {
    bool interactive = false; ///< a terminal whose cursor can be moved
    bool colour = false;
    bool utf8 = false;
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// Of a file descriptor; looks at the locale, TERM and NO_COLOR (no-color.org).
Terminal terminalOf(int descriptor);

enum class Tone { Plain, Strong, Muted, Accent, Good, Warning, Bad };

struct Span {
    std::string text;
    Tone tone = Tone::Plain;
};
using Line = std::vector<Span>;

/// The line in the terminal's colours; in an interactive one cut at its width.
std::string rendered(const Line& line, const Terminal& terminal);

/// `text` without characters that would move the cursor or change colours: what a program printed may hold
/// any.
std::string printable(std::string_view text);

} // namespace widthwise::ctl
