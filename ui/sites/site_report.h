// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/sites/findings_model.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QLabel;
class QListView;
class QPlainTextEdit;
class QProgressBar;
class QStackedWidget;

namespace widthwise::ui {

/// What came of testing a site, or what comes of bringing the trainer there: one line that says how it stands
/// over the findings, or over what was said on the way.
class SiteReport : public QWidget {
    Q_OBJECT
public:
    explicit SiteReport(QWidget* parent = nullptr);

    void showNothing(const QString& hint);
    /// Something goes on.
    void begin(const QString& what);
    void addLine(const QString& line);
    /// It is over, the lines stay.
    void conclude(Tone tone, const QString& outcome);
    void showFindings(const Findings& findings, const QString& outcome);

private:
    void say(Tone tone, const QString& text);

    FindingsModel m_findings;
    QLabel* m_outcome;
    QProgressBar* m_busy;
    QStackedWidget* m_stack;
    QListView* m_list;
    QPlainTextEdit* m_log;
};

} // namespace widthwise::ui
