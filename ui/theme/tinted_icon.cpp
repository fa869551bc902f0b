// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tinted_icon.h"

#include "ui/theme/theme.h"

#include <QFile>
#include <QGuiApplication>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

namespace widthwise::ui {

namespace {

QColor tint(QIcon::Mode mode)
{
    const Theme& theme = Theme::instance();
    switch (mode) {
    case QIcon::Disabled:
        return QGuiApplication::palette().color(QPalette::Disabled, QPalette::ButtonText);
    case QIcon::Selected:
        return theme.color(Tone::OnAccent);
    case QIcon::Normal:
    case QIcon::Active:
        break;
    }
    return theme.color(Tone::Text);
}

} // namespace

TintedIcon::TintedIcon(const QString& name)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (file.open(QIODevice::ReadOnly))
        m_svg = file.readAll();
    else
        qWarning("no icon named %s", qUtf8Printable(name));
}

void TintedIcon::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State)
{
    QByteArray svg = m_svg;
    svg.replace("currentColor", tint(mode).name().toLatin1());
    QSvgRenderer(svg).render(painter, rect);
}

QPixmap TintedIcon::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(0, 0), size), mode, state);
    return pixmap;
}

QIconEngine* TintedIcon::clone() const
{
    return new TintedIcon(*this);
}

} // namespace widthwise::ui
