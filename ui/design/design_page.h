// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/design/draft_file.h"
#include "ui/design/draft_saver.h"
#include "ui/design/experiment_document.h"
#include "ui/design/parameter_model.h"
#include "ui/design/trial_times.h"
#include "ui/feed/store_client.h"
#include "ui/shell/page.h"

#include <QTimer>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTabWidget;

namespace widthwise::ui {

class CostPanel;
class DryRunPanel;
class ParameterList;
class SettingsForm;
class YamlEditor;

/// What is searched, with what, where, and at what cost: a form and cards beside the text that they stand
/// for.
class DesignPage : public Page {
    Q_OBJECT
public:
    explicit DesignPage(StoreClient& client, QWidget* parent = nullptr);
    ~DesignPage() override;

    void showExperiment(const ExperimentRecord& experiment) override;
    QString save() override;
    void showProblem() override;

private:
    QWidget* makeBar();
    QWidget* makeBanner();
    QWidget* makeForm();
    QWidget* makeText();
    QWidget* makeNothing();
    void connectParts();
    bool isCopy(std::int64_t experiment) const;
    void undo();
    QString countProblems() const;
    void reveal(QWidget* field);
    void reread();
    void resample();
    void updateBanner();
    void updateStatus();
    void showFile();
    void saveFile();
    void chooseFile();
    void saveAs(const QString& path);
    void tellFile(const QString& problem);
    void updateReadOnly();
    void duplicate();
    bool isOwnText() const;
    bool mayChange() const;
    void propose(bool proposes);
    void applyChange();
    void showProposal();
    void learnNames();

    StoreClient& m_client;
    ExperimentDocument m_document;
    ParameterModel m_parameters;
    DraftSaver m_saver;
    DraftFile m_file;
    ExperimentRecord m_record;
    ExperimentList m_experiments;
    QTimer m_resample;
    TrialTimes m_trialTimes;

    QAction* m_save;
    QAction* m_saveAs;
    QAction* m_undo;
    QAction* m_redo;
    QLabel* m_status;
    QLabel* m_summary;
    QStackedWidget* m_stack;
    QWidget* m_bar;
    QWidget* m_banner;
    QLabel* m_bannerText;
    QString m_fileProblem; ///< why the file could not be written
    QPushButton* m_duplicate;
    QPushButton* m_change;
    QPushButton* m_apply;
    QPushButton* m_discard;
    QPushButton* m_reload;
    QPushButton* m_keepMine;
    SettingsForm* m_form;
    ParameterList* m_list;
    QScrollArea* m_scroll;
    QTabWidget* m_tabs;
    YamlEditor* m_editor;
    DryRunPanel* m_dryRun;
    CostPanel* m_cost;
};

} // namespace widthwise::ui
