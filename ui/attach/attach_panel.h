// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/mirrors.h"

#include <QFrame>

#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace widthwise::ui {

class Attachments;

/// A panel across the top of the pages: the machines whose experiments are copied here, how they are in
/// reach, and a line to attach another.
class AttachPanel : public QFrame {
    Q_OBJECT
public:
    explicit AttachPanel(Attachments& attachments, QWidget* parent = nullptr);

    /// Shows it, or hides it where it is shown.
    void toggle();

Q_SIGNALS:
    /// A person asks to remove a detached machine and the copies of its experiments.
    void forgetWanted(const widthwise::MirrorRecord& mirror, int copies);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeForm();
    void attach();
    void refresh();
    void rebuild();
    void addRow(const MirrorRecord& mirror);

    Attachments& m_attachments;
    QWidget* m_rows = nullptr;
    QVBoxLayout* m_column;
    QLineEdit* m_host;
    QLineEdit* m_file;
    QPushButton* m_attach;
    /// What one row is about, and where it says how that is.
    struct Row {
        std::int64_t mirror;
        bool wanted;
        QLabel* sign;
        QLabel* text;
    };
    std::vector<Row> m_shown;
};

} // namespace widthwise::ui
