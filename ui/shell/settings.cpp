// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/settings.h"

#include <QSettings>

namespace widthwise::ui {

namespace {

QString themeKey()
{
    return QStringLiteral("look/theme");
}

QString layoutKey(const QString& part)
{
    return QStringLiteral("layout/") + part;
}

QString choiceKey(const QString& what)
{
    return QStringLiteral("choice/") + what;
}

} // namespace

Theme::Mode Settings::themeMode()
{
    const QString mode = QSettings().value(themeKey()).toString();
    if (mode == QStringLiteral("light"))
        return Theme::Mode::Light;
    if (mode == QStringLiteral("dark"))
        return Theme::Mode::Dark;
    return Theme::Mode::System;
}

void Settings::setThemeMode(Theme::Mode mode)
{
    QSettings settings;
    switch (mode) {
    case Theme::Mode::System:
        settings.setValue(themeKey(), QStringLiteral("system"));
        break;
    case Theme::Mode::Light:
        settings.setValue(themeKey(), QStringLiteral("light"));
        break;
    case Theme::Mode::Dark:
        settings.setValue(themeKey(), QStringLiteral("dark"));
        break;
    }
}

QByteArray Settings::layout(const QString& part)
{
    return QSettings().value(layoutKey(part)).toByteArray();
}

void Settings::setLayout(const QString& part, const QByteArray& layout)
{
    QSettings().setValue(layoutKey(part), layout);
}

QString Settings::choice(const QString& what)
{
    return QSettings().value(choiceKey(what)).toString();
}

void Settings::setChoice(const QString& what, const QString& choice)
{
    QSettings().setValue(choiceKey(what), choice);
}

} // namespace widthwise::ui
