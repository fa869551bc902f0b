// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace widthwise::ui {

/// One line across the top of the pages that tells something, or asks before something is destroyed. It is
/// never in the way: no dialog, and Escape or its cross closes it.
class Notice : public QFrame {
    Q_OBJECT
public:
    explicit Notice(QWidget* parent = nullptr);

    void tell(Tone tone, const QString& text);
    /// Tells something about which the button named `actionLabel` does something: it runs `action`.
    void offer(Tone tone, const QString& text, const QString& actionLabel, std::function<void()> action);
    /// The same as the next step of what the person does: the button gets the keyboard.
    void ask(const QString& question, const QString& actionLabel, std::function<void()> action);
    void dismiss();
    /// Closes it where that is what it tells: it is so no longer.
    void retract(const QString& text);

private:
    void show(Tone tone, const QString& text);

    QLabel* m_sign;
    QLabel* m_text;
    QPushButton* m_button;
    std::function<void()> m_action;
};

} // namespace widthwise::ui
