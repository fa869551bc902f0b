// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/check_words.h"

#include <QCoreApplication>

namespace widthwise::ui {

CheckSign checkSign(CheckResult result)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("widthwise::ui", text); };
    switch (result) {
    case CheckResult::Holds:
        return {QStringLiteral("✓"), tr("holds"), Tone::Good};
    case CheckResult::Fails:
        return {QStringLiteral("✕"), tr("fails"), Tone::Bad};
    case CheckResult::Unclear:
        return {QStringLiteral("?"), tr("unclear"), Tone::Warning};
    case CheckResult::TooLittle:
        return {QStringLiteral("?"), tr("too little to tell"), Tone::Warning};
    case CheckResult::Incomplete:
        return {QStringLiteral("·"), tr("incomplete"), Tone::Muted};
    }
    Q_UNREACHABLE();
}

QString intervalExplained()
{
    return QCoreApplication::translate(
        "widthwise::ui",
        "± is the 95 % interval of that slope alone, by Student's t. One of many slopes is outside it by "
        "chance: \"fails\" allows for all layers and steps at once, \"holds\" wants each interval within 0.2 "
        "of "
        "where μP's slope lies.");
}

} // namespace widthwise::ui
