// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QGridLayout;

namespace widthwise::ui {

/// All keyboard shortcuts of a window, laid over its middle until a key or a click closes it.
class ShortcutList : public QFrame {
    Q_OBJECT
public:
    /// `window` is whose actions are listed and whose middle is covered.
    explicit ShortcutList(QWidget* window);

    void toggle();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void fill();

    QGridLayout* m_rows = nullptr;
};

} // namespace widthwise::ui
