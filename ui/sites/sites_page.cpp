// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/sites_page.h"

#include "core/host/host.h"
#include "ui/ask/login_channel.h"
#include "ui/editing/field.h"
#include "ui/editing/form_scroll.h"
#include "ui/editing/problem_list.h"
#include "ui/editing/yaml_editor.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/notice.h"
#include "ui/sites/site_form.h"
#include "ui/sites/site_report.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace widthwise::ui {

namespace {

constexpr int formWidth = 72 * grid;
constexpr int textWidth = 48 * grid;
constexpr int nameWidth = 30 * grid;
constexpr int problemLines = 4; ///< seen without scrolling

const char* const newText = "# How trials run at this place\n"
                            "scheduler: slurm\n";

QString summaryOf(const Findings& findings)
{
    const auto count = [&](Verdict verdict) {
        return int(std::ranges::count(findings, verdict, &Finding::verdict));
    };
    const int bad = count(Verdict::Bad);
    const int warnings = count(Verdict::Warning);
    if (bad > 0)
        return bad == 1 ? SitesPage::tr("One thing has to be fixed before trials can run.")
                        : SitesPage::tr("%1 things have to be fixed before trials can run.").arg(bad);
    if (warnings > 0)
        return warnings == 1 ? SitesPage::tr("Trials can run; one thing could be better.")
                             : SitesPage::tr("Trials can run; %1 things could be better.").arg(warnings);
    return SitesPage::tr("All is well: trials can run.");
}

} // namespace

SitesPage::SitesPage(const QString& storeFile, QWidget* parent)
    : QWidget(parent), m_file(m_document), m_work(storeFile), m_notice(new Notice(this)),
      m_name(new TextField(tr("Name"), this)), m_status(new ElidedLabel(Qt::ElideMiddle, this)),
      m_test(new QPushButton(tr("Test connection"), this)), m_deploy(new QToolButton(this)),
      m_delete(new QPushButton(tr("Delete"), this)), m_aboutLocal(new QLabel(this)),
      m_report(new SiteReport(this))
{
    setObjectName(QStringLiteral("sitesPage"));
    m_aboutLocal->setWordWrap(true);
    m_aboutLocal->setText(
        tr("This machine: trials are processes, as many at a time as its CPUs and GPUs allow."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * grid, grid, 2 * grid, grid);
    layout->setSpacing(grid);
    layout->addWidget(m_notice);
    layout->addWidget(makeBar());
    layout->addWidget(m_aboutLocal);
    auto* halves = new QSplitter(Qt::Vertical, this);
    halves->setChildrenCollapsible(false);
    halves->setHandleWidth(2 * grid);
    halves->addWidget(makeEditors());
    halves->addWidget(m_report);
    halves->setStretchFactor(0, 3);
    halves->setStretchFactor(1, 2);
    layout->addWidget(halves, 1);
    connectParts();
    updateActions();
}

SitesPage::~SitesPage()
{
    save();
    m_document.history().disconnect(this); // these tell of their own end, when other parts are gone already
    m_name->disconnect(this);
}

QWidget* SitesPage::makeBar()
{
    m_name->setLongName(tr("Name of the site"));
    m_name->setToolTip(tr("What experiments call it: site: NAME"));
    m_name->setMaximumWidth(nameWidth);
    m_status->setObjectName(QStringLiteral("siteStatus"));
    m_status->setContentsMargins(0, 0, 0, grid);
    m_test->setObjectName(QStringLiteral("testSite"));
    m_test->setToolTip(tr("Log in and check SLURM, the folder, the trainer and more"));
    m_deploy->setObjectName(QStringLiteral("deployTrainer"));
    m_deploy->setText(tr("Deploy trainer"));
    m_deploy->setToolTip(tr("Send this machine's trainer there, with the libraries that it needs"));
    m_deploy->setPopupMode(QToolButton::MenuButtonPopup);
    m_deploy->setFocusPolicy(Qt::StrongFocus);
    m_deploy->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_deploy->setFixedHeight(m_test->sizeHint().height());
    auto* ways = new QMenu(m_deploy);
    connect(ways->addAction(tr("Send this machine's trainer")), &QAction::triggered, this,
            [this] { deploy(false); });
    connect(ways->addAction(tr("Build it there from source")), &QAction::triggered, this,
            [this] { deploy(true); });
    m_deploy->setMenu(ways);
    m_delete->setObjectName(QStringLiteral("deleteSite"));
    m_delete->setToolTip(tr("Delete the site's file; nothing on the site itself"));

    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_name, 1);
    row->addWidget(m_status, 0, Qt::AlignBottom);
    row->addStretch(1);
    for (QWidget* button :
         {static_cast<QWidget*>(m_test), static_cast<QWidget*>(m_deploy), static_cast<QWidget*>(m_delete)})
        row->addWidget(button, 0, Qt::AlignBottom);
    return bar;
}

QWidget* SitesPage::makeEditors()
{
    m_form = new SiteForm(m_document, this);
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 2 * grid, 0);
    column->addWidget(m_form);
    column->addStretch();
    auto* scroll = new FormScroll(content, this);

    m_editor = new YamlEditor(m_document, this);
    auto* text = new QWidget(this);
    auto* textColumn = new QVBoxLayout(text);
    textColumn->setContentsMargins(0, 0, 0, 0);
    textColumn->addWidget(m_editor, 1);
    auto* problems = new ProblemList(m_document, *m_editor, problemLines, this);
    textColumn->addWidget(problems);
    connect(problems, &ProblemList::fieldWanted, this, [this](const QString& key) {
        if (Field* field = m_form->field(key))
            field->setFocus(Qt::OtherFocusReason);
    });

    m_editors = new QSplitter(this);
    m_editors->setChildrenCollapsible(false);
    m_editors->setHandleWidth(2 * grid);
    m_editors->addWidget(scroll);
    m_editors->addWidget(text);
    m_editors->setSizes({formWidth, textWidth});
    return m_editors;
}

void SitesPage::connectParts()
{
    connect(m_test, &QPushButton::clicked, this, &SitesPage::test);
    connect(m_deploy, &QToolButton::clicked, this, [this] { deploy(false); });
    connect(m_delete, &QPushButton::clicked, this, &SitesPage::askToDelete);
    connect(&m_file, &SiteFile::savedChanged, this, &SitesPage::updateStatus);
    connect(&m_file, &SiteFile::failed, this,
            [this](const QString& message) { m_notice->tell(Tone::Bad, message); });
    connect(&m_document, &SiteDocument::reread, this, &SitesPage::updateActions);
    connect(&m_work, &SiteWork::said, this, [this](const QString& site, const QString& line) {
        if (site == m_site)
            m_report->addLine(line);
    });
    connect(&m_work, &SiteWork::started, this, &SitesPage::started);
    connect(&m_work, &SiteWork::finished, this, &SitesPage::conclude);
    m_name->setCommit([this](const QString& name) { return takeName(name.trimmed()); });
    connect(m_name, &Field::left, this, &SitesPage::rename);
    connect(m_name, &Field::problemChanged, this, &SitesPage::updateStatus);

    const auto addShortcut = [this](const QList<QKeySequence>& keys, auto&& action) {
        auto* shortcut = new QAction(this);
        shortcut->setShortcuts(keys);
        shortcut->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QAction::triggered, this, action);
        addAction(shortcut);
    };
    addShortcut({QKeySequence::Undo}, [this] { undo(); });
    addShortcut({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)},
                [this] { m_document.history().redo(); });
}

/// What was typed and refused goes first; it never was part of the history.
void SitesPage::undo()
{
    const QWidget* focus = QApplication::focusWidget();
    auto* field = focus != nullptr ? qobject_cast<Field*>(focus->parentWidget()) : nullptr;
    if (field == nullptr || !field->revert())
        m_document.history().undo();
}

void SitesPage::showSite(const QString& name)
{
    if (name == m_site)
        return;
    m_notice->dismiss();
    m_site = name;
    m_wantedName.clear();
    m_file.open(isLocal() ? QString() : name);
    m_name->setValue(name);
    m_name->setVisible(!isLocal());
    m_editors->setVisible(!isLocal());
    m_aboutLocal->setVisible(isLocal());
    m_test->setText(isLocal() ? tr("Test this machine") : tr("Test connection"));
    updateActions();
    showResult();
}

void SitesPage::createSite()
{
    QString name = QStringLiteral("new-site");
    for (int number = 2; QFile::exists(QString::fromStdString(siteFile(name.toStdString()))); ++number)
        name = QStringLiteral("new-site-%1").arg(number);
    try {
        writeSiteFile(name.toStdString(), newText);
    } catch (const HostError& error) {
        m_notice->tell(Tone::Bad, QString::fromUtf8(error.what()));
        return;
    }
    showSite(name);
    Q_EMIT sitesChanged(name);
    m_name->setFocus();
    m_name->editor()->selectAll();
}

QString SitesPage::takeName(const QString& name)
{
    m_wantedName.clear();
    if (name == m_site)
        return {};
    if (const std::string refusal = refusalOfSiteName(name.toStdString()); !refusal.empty())
        return QString::fromStdString(refusal);
    if (QFile::exists(QString::fromStdString(siteFile(name.toStdString()))))
        return tr("There is a site of this name already.");
    m_wantedName = name;
    return {};
}

void SitesPage::rename()
{
    const QString name = std::exchange(m_wantedName, {});
    if (!name.isEmpty() && !isLocal() && m_file.rename(name)) {
        m_work.rename(m_site, name);
        m_site = name;
        m_name->setValue(name);
        Q_EMIT sitesChanged(name);
    }
    updateStatus();
}

void SitesPage::updateStatus()
{
    QStringList parts;
    if (!m_name->problem().isEmpty())
        parts.append(m_name->problem());
    if (const auto count = static_cast<int>(m_document.problems().size()); count > 0 && !isLocal())
        parts.append(count == 1 ? tr("1 problem") : tr("%1 problems").arg(count));
    if (!isLocal())
        parts.append(m_file.isSaved() ? tr("saved in %1.yaml").arg(m_site) : tr("saving …"));
    m_status->setText(parts.join(QStringLiteral(" · ")));
    m_status->setToolTip(isLocal() ? QString() : QString::fromStdString(siteFile(m_site.toStdString())));
    const bool wrong = !m_name->problem().isEmpty() || (!m_document.problems().empty() && !isLocal());
    setTone(*m_status, wrong ? Tone::Bad : Tone::Muted);
}

void SitesPage::updateActions()
{
    const bool usable = isLocal() || m_document.problems().empty();
    const bool idle = m_work.busySite().isEmpty();
    m_test->setEnabled(usable && idle);
    m_deploy->setEnabled(usable && idle && m_document.site().isRemote());
    m_deploy->setVisible(!isLocal());
    m_delete->setVisible(!isLocal());
    m_delete->setEnabled(m_work.busySite() != m_site);
    m_form->setReadOnly(!m_document.isReadable());
    updateStatus();
}

void SitesPage::askToDelete()
{
    m_notice->ask(tr("Delete the file of the site %1? Nothing on the site itself is touched.").arg(m_site),
                  tr("Delete"), [this] {
                      m_work.forget(m_site);
                      m_file.remove();
                      m_site.clear();
                      Q_EMIT sitesChanged({});
                  });
}

void SitesPage::test()
{
    save();
    m_work.test(m_site);
    updateActions();
    showResult();
}

void SitesPage::deploy(bool source)
{
    save();
    m_work.deploy(m_site, source);
    updateActions();
    showResult();
}

void SitesPage::conclude(const QString& site)
{
    updateActions();
    const SiteWork::Result* result = m_work.result(site);
    if (!result->findings.empty())
        Q_EMIT tested(site, worst(result->findings));
    if (site == m_site)
        showResult();
}

void SitesPage::showResult()
{
    const SiteWork::Result* result = m_work.result(m_site);
    const QString host = isLocal() ? tr("this machine") : QString::fromStdString(m_document.site().host);
    if (m_work.busySite() == m_site && !m_site.isEmpty())
        m_report->begin(m_work.isTesting() ? tr("Testing %1 …").arg(host)
                                           : tr("Deploying the trainer to %1 …").arg(host));
    else if (result == nullptr)
        m_report->showNothing(
            isLocal() ? QString()
                      : tr("Test connection logs in and checks SLURM, the folder, the trainer and more."));
    else if (!result->findings.empty())
        m_report->showFindings(result->findings, summaryOf(result->findings));
    else if (!result->failure.isEmpty())
        m_report->conclude(Tone::Bad, result->failure);
    else
        m_report->conclude(Tone::Good, result->done);
}

} // namespace widthwise::ui
