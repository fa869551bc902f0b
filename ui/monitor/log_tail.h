// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/driver_lease.h"
#include "core/store/outputs.h"
#include "ui/feed/file_tail.h"
#include "ui/feed/whole_lines.h"

#include <QWidget>

#include <optional>

class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace widthwise::ui {

/// The end of what a trial printed, as it grows: of one on this machine from its file, of one on another as
/// its driver read it, with its age where that is old. Above it where the trial lies, whether that was
/// deleted, and why it failed or waits.
class LogTail : public QWidget {
    Q_OBJECT
public:
    explicit LogTail(QWidget* parent = nullptr);

    /// Null for none. `folder` is the trial's, on the host of `place`.
    void show(const Trial* trial, const TrialsPlace& place, const QString& folder);
    /// What is known of the output of the trial shown, where that is on another machine; empty: nothing.
    void showOutput(const std::optional<OutputTail>& tail);
    /// Who reads it there.
    void setDriver(const std::optional<DriverInfo>& driver);
    /// Lets the age go on.
    void tick();

private:
    void layOut();
    void followFile();
    void clearText();
    void showReason();
    QString ageText() const;
    QString placeholder() const;
    QString hindrance() const;
    QString lossText() const;
    void append(const QString& text, const QString& rest);

    std::optional<Trial> m_trial;
    TrialsPlace m_place;
    QString m_folder;
    FileTail m_tail;
    QString m_file;                     ///< that m_tail follows
    std::optional<OutputTail> m_output; ///< without its bytes
    std::int64_t m_shownEnd = 0;        ///< of the output: up to there it is shown
    WholeLines m_lines;
    QString m_rest;                         ///< the last line shown, which has no end yet
    std::optional<FileTail::Place> m_found; ///< of the file that m_tail follows
    std::optional<DriverInfo> m_driver;
    QLabel* m_heading;
    QLineEdit* m_where;
    QLabel* m_checkpoint;
    QLabel* m_loss; ///< what is there no more
    QLabel* m_age;
    QLabel* m_reason;
    QPlainTextEdit* m_text;
};

} // namespace widthwise::ui
