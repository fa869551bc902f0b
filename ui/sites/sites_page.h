// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/sites/site_document.h"
#include "ui/sites/site_file.h"
#include "ui/sites/site_work.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QSplitter;
class QToolButton;

namespace widthwise::ui {

class LoginChannel;
class Notice;
class SiteForm;
class SiteReport;
class TextField;
class YamlEditor;

/// One place where trials run: its file as a form beside the text, what a test of it found, and the way to
/// bring the trainer there. This machine has no file.
class SitesPage : public QWidget {
    Q_OBJECT
public:
    /// Tests look at the store `storeFile`; empty: the usual one.
    explicit SitesPage(const QString& storeFile = {}, QWidget* parent = nullptr);
    ~SitesPage() override;

    void showSite(const QString& name);
    /// A new file under a free name, to be filled in.
    void createSite();
    QString site() const { return m_site; }
    /// What was edited goes to its file now.
    void save() { m_file.flush(); }

Q_SIGNALS:
    /// Sites came, went, or are called otherwise; `site` is the one to show now, empty: none.
    void sitesChanged(const QString& site);
    /// A login begins that may ask.
    void started(widthwise::ui::LoginChannel* channel);
    void tested(const QString& site, widthwise::Verdict verdict);

private:
    QWidget* makeBar();
    QWidget* makeEditors();
    void connectParts();
    QString takeName(const QString& name);
    void rename();
    void undo();
    void updateStatus();
    void updateActions();
    void askToDelete();
    void test();
    void deploy(bool source);
    void conclude(const QString& site);
    void showResult();
    bool isLocal() const { return m_site == QStringLiteral("local"); }

    QString m_site;
    SiteDocument m_document;
    SiteFile m_file;
    SiteWork m_work;
    QString m_wantedName; ///< typed, not yet the file's

    Notice* m_notice;
    TextField* m_name;
    QLabel* m_status;
    QPushButton* m_test;
    QToolButton* m_deploy;
    QPushButton* m_delete;
    QLabel* m_aboutLocal;
    QSplitter* m_editors;
    SiteForm* m_form;
    YamlEditor* m_editor;
    SiteReport* m_report;
};

} // namespace widthwise::ui
