// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QByteArray>
#include <QString>

namespace widthwise::ui {

/// Everything that the desktop remembers from one start to the next; the only user of QSettings.
class Settings {
public:
    static Theme::Mode themeMode();
    static void setThemeMode(Theme::Mode mode);

    /// Geometry of a window, widths of a splitter or of columns; `part` names it. Empty where nothing is
    /// remembered.
    static QByteArray layout(const QString& part);
    static void setLayout(const QString& part, const QByteArray& layout);

    /// What was last chosen: page, experiment, metric, … Empty where nothing is remembered.
    static QString choice(const QString& what);
    static void setChoice(const QString& what, const QString& choice);
};

} // namespace widthwise::ui
