// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/link_words.h"

#include "ui/models/texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace widthwise::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui", text);
}

QDateTime localTime(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count());
}

QString lostText(const SiteLink& link, TimePoint now)
{
    const QString lost = tr("link lost %1 ago").arg(shortDuration(now - link.since));
    if (link.state == SiteLink::State::Connecting || !link.nextTry || *link.nextTry <= now)
        return tr("%1, trying again").arg(lost);
    return tr("%1, next try in %2").arg(lost, shortDuration(*link.nextTry - now));
}

} // namespace

LinkWords linkWords(const SiteLink& link, TimePoint now)
{
    LinkWords words;
    const QString reason = QString::fromStdString(link.reason);
    switch (link.state) {
    case SiteLink::State::Connected:
        words = {QStringLiteral("●"), tr("connected"), Tone::Good, {}};
        break;
    case SiteLink::State::Connecting:
        if (link.lastContact)
            words = {QStringLiteral("◌"), lostText(link, now), Tone::Warning, {}};
        else
            words = {QStringLiteral("○"), tr("connecting"), Tone::Muted, {}};
        break;
    case SiteLink::State::Lost:
        words = {QStringLiteral("◌"), lostText(link, now), Tone::Warning, {}};
        break;
    case SiteLink::State::NeedsPerson:
        words = {QStringLiteral("!"), tr("needs you: %1").arg(reason), Tone::Warning, {}};
        break;
    }
    QStringList details{reason};
    if (link.lastContact)
        details.append(tr("last contact %1 ago").arg(shortDuration(now - *link.lastContact)));
    details.removeAll(QString());
    words.details = details.join(QLatin1Char('\n'));
    return words;
}

QString momentText(TimePoint time, TimePoint now)
{
    const QDateTime moment = localTime(time);
    const QString clock = moment.toString(QStringLiteral("HH:mm:ss"));
    if (moment.date() == localTime(now).date())
        return clock;
    return QLocale().toString(moment.date(), QStringLiteral("d MMM")) + QLatin1Char(' ') + clock;
}

} // namespace widthwise::ui
