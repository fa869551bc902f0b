// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/export/export_document.h"
#include "ui/shell/page.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace widthwise::ui {

class QuietBlock;

/// A trial's configuration in a form that can be used elsewhere: copied, or saved to a file.
class ExportPage : public Page {
    Q_OBJECT
public:
    explicit ExportPage(StoreClient& client, QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& experiment) override;
    void selectTrial(int number) override;

private:
    QWidget* makeContent();
    void fillTrials();
    void refresh();
    void copy();
    void chooseFile();
    void write(const QString& path);
    QString emptyReason() const;

    StoreClient& m_client;
    ExportDocument m_document;
    ExperimentRecord m_record;
    QStackedWidget* m_stack;
    QuietBlock* m_empty;
    QComboBox* m_trial;
    QComboBox* m_format;
    QPlainTextEdit* m_text;
    QPushButton* m_copy;
    QPushButton* m_save;
    QLabel* m_said; ///< what the last copy or save did
};

} // namespace widthwise::ui
