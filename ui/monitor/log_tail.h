// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "ui/feed/file_tail.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace widthwise::ui {

/// The end of what a trial printed, as it grows, and above it why the trial failed.
class LogTail : public QWidget {
    Q_OBJECT
public:
    explicit LogTail(QWidget* parent = nullptr);

    /// Null for none. `file` is where its output lies.
    void show(const Trial* trial, const QString& file);

private:
    void append(const QString& text);

    FileTail m_tail;
    QString m_file;
    QLabel* m_heading;
    QLabel* m_reason;
    QPlainTextEdit* m_text;
};

} // namespace widthwise::ui
