// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/compare/sweep_sample.h"
#include "tests/ui/ui_test.h"
#include "ui/figure_file.h"
#include "ui/theme/theme.h"

#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QProcess>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// The output to stderr of the program itself, without any display; empty after success.
QString problemOf(const QStringList& arguments)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* variable : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"})
        environment.remove(QString::fromLatin1(variable));
    QProcess program;
    program.setProcessEnvironment(environment);
    program.start(qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise"), arguments);
    if (!program.waitForFinished())
        return QStringLiteral("it does not end");
    const QString said = QString::fromUtf8(program.readAllStandardError());
    return program.exitCode() == 0 ? QString() : said + QString::number(program.exitCode());
}

} // namespace

class TestFigureFile : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aSweepIsDrawn();
    void aCheckIsDrawn();
    void searchesAreDrawn();
    void problemsAreTold_data();
    void problemsAreTold();
    void theProgramWritesWithoutADisplay();

private:
    QString file(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    std::unique_ptr<SweepSample> m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFigureFile::init()
{
    UiTest::init();
    m_sample = std::make_unique<SweepSample>();
    m_sample->addAll();
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestFigureFile::aSweepIsDrawn()
{
    FigureRequest request{QStringLiteral("compare"), {QStringLiteral("sweep")}, file("sweep.svg")};
    QCOMPARE(writeFigure(m_sample->file(), request), QString());
    QFile svg(request.file);
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray drawing = svg.readAll();
    QVERIFY(drawing.contains("learning rate at base width 32") && drawing.contains("width 128"));
    QVERIFY(drawing.contains("octaves per doubling"));
    request.metric = QStringLiteral("train/loss");
    request.file = file("train.svg");
    QCOMPARE(writeFigure(m_sample->file(), request), QString());
    QFile train(request.file);
    QVERIFY(train.open(QIODevice::ReadOnly) && train.readAll().contains("train/loss at the end"));
}

void TestFigureFile::aCheckIsDrawn()
{
    {
        Transaction transaction(m_sample->database());
        for (const TrialRecord& record : Trials(m_sample->database()).all(m_sample->record().id))
            SeriesTable(m_sample->database())
                .append(record.id, {{"coordinate/readout/l1", {{1, 1.0}, {3, 2.0}}}});
        transaction.commit();
    }
    const QString path = file("check.png");
    QCOMPARE(writeFigure(m_sample->file(), {QStringLiteral("verify"), {QStringLiteral("sweep")}, path}),
             QString());
    QVERIFY(QImage(path).width() > 1000);
}

void TestFigureFile::searchesAreDrawn()
{
    FigureRequest request{QStringLiteral("searches"),
                          {QStringLiteral("here=sweep"), QStringLiteral("there=swe*")},
                          file("searches.svg")};
    request.cost = QStringLiteral("device-hours");
    QCOMPARE(writeFigure(m_sample->file(), request), QString());
    QFile svg(request.file);
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray drawing = svg.readAll();
    QVERIFY(drawing.contains("here") && drawing.contains("there") && drawing.contains("device hours"));
    QVERIFY(drawing.contains("best val/loss so far"));
    request.cost = QStringLiteral("euros");
    QVERIFY(writeFigure(m_sample->file(), request).contains(QStringLiteral("device-hours")));
    request.figure = QStringLiteral("compare");
    QVERIFY(writeFigure(m_sample->file(), request).contains(QStringLiteral("one experiment")));
}

void TestFigureFile::problemsAreTold_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("experiment");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("metric");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* what, const char* page, const char* experiment, const char* name,
                        const char* metric, const char* said) {
        QTest::newRow(what) << QString::fromLatin1(page) << QString::fromLatin1(experiment)
                            << QString::fromLatin1(name) << QString::fromLatin1(metric)
                            << QString::fromLatin1(said);
    };
    row("experiment", "compare", "sweeep", "a.png", "", "named sweeep (did you mean \"sweep\"?)");
    row("page", "monitor", "sweep", "a.png", "", "none of monitor");
    row("kind", "compare", "sweep", "a.gif", "", ".svg");
    row("metric", "compare", "sweep", "a.png", "absent", "no trial with a value of absent");
    row("search", "searches", "sweeep", "a.png", "", "no experiment named \"sweeep\"");
    row("no check", "verify", "sweep", "a.png", "", "recorded no activations");
}

void TestFigureFile::problemsAreTold()
{
    QFETCH(QString, page);
    QFETCH(QString, experiment);
    QFETCH(QString, name);
    QFETCH(QString, metric);
    QFETCH(QString, said);
    const QString problem =
        writeFigure(m_sample->file(), {page, {experiment}, m_folder->filePath(name), metric});
    QVERIFY2(problem.contains(said), qPrintable(problem));
    QVERIFY(!writeFigure(m_folder->filePath(QStringLiteral("none.db")), {page, {experiment}, name, metric})
                 .isEmpty());
}

void TestFigureFile::theProgramWritesWithoutADisplay()
{
    const QStringList request{QStringLiteral("--store"), m_sample->file(),       QStringLiteral("--figure"),
                              QStringLiteral("compare"), QStringLiteral("--of"), QStringLiteral("sweep")};
    QVERIFY(problemOf(request).contains(QStringLiteral("--figure needs --out")));
    const QString path = file("dark.png");
    QCOMPARE(problemOf(request + QStringList{QStringLiteral("--out"), path, QStringLiteral("--dark")}),
             QString());
    Theme::instance().apply(Theme::Mode::Dark);
    QCOMPARE(QImage(path).pixelColor(0, 0), Theme::instance().color(Tone::Surface));
    QVERIFY(problemOf(request + QStringList{QStringLiteral("--out"), file("none/a.png")})
                .contains(QStringLiteral("cannot be written")));
}

WIDTHWISE_UI_TEST_MAIN(TestFigureFile)
#include "tst_figure_file.moc"
