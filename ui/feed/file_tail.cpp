// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/file_tail.h"

#include <QFile>
#include <QTimer>

#include <chrono>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto lookEvery = 250ms;
constexpr qint64 mostAtOnce = 64 * 1024;

QString withoutOverwritten(const QString& text)
{
    if (!text.contains(QLatin1Char('\r')))
        return text;
    QStringList lines = text.split(QLatin1Char('\n'));
    for (QString& line : lines) {
        while (line.endsWith(QLatin1Char('\r')))
            line.chop(1);
        line = line.mid(line.lastIndexOf(QLatin1Char('\r')) + 1);
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

class FileTail::Worker : public QObject {
public:
    explicit Worker(FileTail& tail) : m_tail(tail)
    {
        m_timer.setInterval(lookEvery);
        connect(&m_timer, &QTimer::timeout, this, &Worker::look);
    }

    void follow(const QString& path)
    {
        m_path = path;
        begin();
        if (path.isEmpty())
            m_timer.stop();
        else
            m_timer.start();
        look();
    }

private:
    void begin()
    {
        m_offset = 0;
        m_rest.clear();
        Q_EMIT m_tail.started(m_path);
    }

    void look()
    {
        QFile file(m_path);
        if (m_path.isEmpty() || !file.open(QIODevice::ReadOnly))
            return;
        if (file.size() < m_offset)
            begin(); // truncated, or another file
        if (file.size() == m_offset)
            return;
        const bool skips = file.size() - m_offset > mostAtOnce;
        if (skips) {
            m_offset = file.size() - mostAtOnce;
            m_rest.clear();
        }
        file.seek(m_offset);
        QByteArray bytes = m_rest + file.read(mostAtOnce);
        m_offset = file.pos();
        if (skips)
            bytes.remove(0, bytes.indexOf('\n') + 1);
        const auto whole = bytes.lastIndexOf('\n') + 1;
        m_rest = bytes.mid(whole);
        if (m_rest.size() > mostAtOnce)
            m_rest.clear(); // no line is that long
        if (whole > 0)
            Q_EMIT m_tail.appended(withoutOverwritten(QString::fromUtf8(bytes.first(whole))));
    }

    FileTail& m_tail;
    QTimer m_timer{this};
    QString m_path;
    qint64 m_offset = 0;
    QByteArray m_rest; ///< the beginning of a line whose end is not written yet
};

FileTail::FileTail(QObject* parent) : QObject(parent), m_worker(new Worker(*this))
{
    m_thread.setObjectName(QStringLiteral("log"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

FileTail::~FileTail()
{
    m_thread.quit();
    m_thread.wait();
}

void FileTail::follow(const QString& path)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, path] { worker->follow(path); });
}

} // namespace widthwise::ui
