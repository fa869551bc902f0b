// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace widthwise::ui {

/// A form that scrolls up and down, and is never narrower than its fields need.
class FormScroll : public QScrollArea {
    Q_OBJECT
public:
    FormScroll(QWidget* content, QWidget* parent);

    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
};

} // namespace widthwise::ui
