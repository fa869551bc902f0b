// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/site_link.h"
#include "ui/theme/theme.h"

namespace widthwise::ui {

/// How a link is, for a person.
struct LinkWords {
    QString shape;
    QString text; ///< "connected", "link lost 40 s ago, next try in 20 s", "needs you: …"
    Tone tone;
    QString details; ///< why, and when the site was last heard of
};
LinkWords linkWords(const SiteLink& link, TimePoint now);

/// "14:05:31", with the day where it is not today's.
QString momentText(TimePoint time, TimePoint now);

} // namespace widthwise::ui
