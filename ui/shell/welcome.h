// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;

namespace widthwise::ui {

/// The start page: what this program is for, and three ways to begin. Its first button has the keyboard.
class Welcome : public QWidget {
    Q_OBJECT
public:
    explicit Welcome(QWidget* parent = nullptr);

Q_SIGNALS:
    void exampleWanted();
    void newWanted();
    void fileWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QPushButton* m_example;
};

} // namespace widthwise::ui
