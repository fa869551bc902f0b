// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/text_edit.h"

#include <algorithm>

namespace widthwise::ui {

namespace {

bool splitsPair(const QString& text, qsizetype position)
{
    return position > 0 && position < text.size() && text[position].isLowSurrogate() &&
           text[position - 1].isHighSurrogate();
}

} // namespace

TextEdit difference(const QString& before, const QString& after)
{
    const qsizetype shorter = std::min(before.size(), after.size());
    qsizetype prefix = 0;
    while (prefix < shorter && before[prefix] == after[prefix])
        ++prefix;
    if (splitsPair(before, prefix) || splitsPair(after, prefix))
        --prefix;

    qsizetype suffix = 0;
    while (suffix < shorter - prefix &&
           before[before.size() - 1 - suffix] == after[after.size() - 1 - suffix])
        ++suffix;
    if (suffix > 0 &&
        (splitsPair(before, before.size() - suffix) || splitsPair(after, after.size() - suffix)))
        --suffix;

    return {prefix, before.mid(prefix, before.size() - prefix - suffix),
            after.mid(prefix, after.size() - prefix - suffix)};
}

} // namespace widthwise::ui
