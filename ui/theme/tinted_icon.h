// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIconEngine>
#include <QString>

namespace widthwise::ui {

/// Paints a one-stroke SVG in the text colour that the theme has at that moment, sharp at every scale, so
/// that icons follow a change of theme by themselves.
class TintedIcon final : public QIconEngine {
public:
    /// `name` as in resources/icons, without `.svg`.
    explicit TintedIcon(const QString& name);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QIconEngine* clone() const override;

private:
    QByteArray m_svg;
};

} // namespace widthwise::ui
