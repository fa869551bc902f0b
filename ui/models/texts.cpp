// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/texts.h"

#include <QCoreApplication>

#include <cmath>

namespace widthwise::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui", text);
}

} // namespace

QString shortDuration(std::chrono::duration<double> duration)
{
    const auto seconds = std::llround(std::max(0.0, duration.count()));
    if (seconds < 60)
        return tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return tr("%1 min").arg(seconds / 60);
    if (seconds < 86400)
        return tr("%1 h %2").arg(seconds / 3600).arg(seconds % 3600 / 60, 2, 10, QLatin1Char('0'));
    return tr("%1 d %2 h").arg(seconds / 86400).arg(seconds % 86400 / 3600);
}

QString remainingText(std::chrono::duration<double> duration)
{
    if (duration.count() < 60)
        return tr("less than a minute left");
    return tr("about %1 left").arg(shortDuration(std::chrono::round<std::chrono::minutes>(duration)));
}

QString numberText(double value, int digits)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    return QString::number(value, 'g', digits);
}

QString valueText(const Value& value)
{
    if (const auto* number = std::get_if<double>(&value))
        return numberText(*number);
    return QString::fromStdString(toText(value));
}

} // namespace widthwise::ui
