// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"
#include "ui/models/experiments_model.h"
#include "ui/shell/actions.h"
#include "ui/shell/experiment_controller.h"
#include "ui/sites/sites_model.h"

#include <QMainWindow>

class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace widthwise::ui {

class AttachPanel;
class Attachments;
class LoginController;
class LoginPanel;
class MoreTrialsPanel;
class Notice;
class Page;
class Questions;
class ShortcutList;
class Sidebar;
class SitesPage;
class StatusLine;
class Welcome;

/// The window: experiments and sites at the left, pages about the chosen one, actions above, the state of
/// things below.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(StoreClient& client, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Takes ownership. Pages are reached by Ctrl+1, Ctrl+2, … in the order in which they were added.
    /// `name` is what the page is known by, in every language.
    void addPage(const QString& name, const QString& title, Page* page);
    /// Brings back what was remembered: sizes, page, experiment. Call once all pages are there.
    void restore();
    /// Opens the file as soon as the store was read, and with `start` starts its experiment.
    void openOnStart(const QString& path, bool start);

    /// Keeps what restore brings back.
    void remember() const;

    std::int64_t currentExperiment() const { return m_current; }

Q_SIGNALS:
    /// The person wants to see another store; the file may be new.
    void storeWanted(const QString& file);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void layOut();
    void makeToolBar();
    void connectActions();
    void connectStore();
    void logIn();
    void chooseFile();
    void chooseStore();
    void setReadOnly(const QString& reason);
    void askToForget(const MirrorRecord& mirror, int copies);
    void offerToReopen(const QString& message);
    void changeTheme();
    void nameTheme();
    void probeLocalSite();
    void applyExperiments(const ExperimentList& experiments);
    void choose(std::int64_t experiment);
    void start();
    void showStartPage();
    void showPages();
    void chooseSite(const QString& site);
    void connectSites();
    void showOpened(std::int64_t experiment);
    void showPage(const QString& name);
    void refreshCurrent();
    const ExperimentOverview* current() const { return m_experiments.find(m_current); }

    StoreClient& m_client;
    ExperimentController m_controller;
    ExperimentsModel m_experiments;
    SitesModel m_siteList;
    Actions m_actions;
    QSplitter* m_splitter;
    Sidebar* m_sidebar;
    QStackedWidget* m_stack;
    Welcome* m_welcome;
    QTabWidget* m_tabs;
    SitesPage* m_sites;
    Notice* m_notice;
    LoginPanel* m_loginPanel;
    LoginController* m_loginController;
    Attachments* m_attachments;
    AttachPanel* m_attachPanel;
    MoreTrialsPanel* m_moreTrials;
    std::unique_ptr<Questions> m_questions;
    StatusLine* m_status;
    ShortcutList* m_shortcuts;
    QList<Page*> m_pages;
    std::int64_t m_current = 0;
    ExperimentRecord m_shown;   ///< what the pages were told last
    std::int64_t m_awaited = 0; ///< was just added, will be chosen when it is in the list
    bool m_listed = false;      ///< the store was read once
    QString m_fileToOpen;
    QString m_whyNotStarted;    ///< what a page said last against a start
    bool m_startOpened = false; ///< start the experiment that is opened next
};

} // namespace widthwise::ui
