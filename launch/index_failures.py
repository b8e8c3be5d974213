"""What can go wrong between this computer and a package index: how it looks, and what to say.

The kinds stand in the order in which they are looked for: the first that fits what was said is it.
"""

MIRROR = "pip config set global.index-url <mirror>"
CANNOT = ("The packages could not be downloaded", "软件包下载失败")
AGAIN = ("\nThen start again.", "\n然后再次启动。")
OTHER_INDEX = ("\n  - Or take another index: {mirror}", "\n  - 也可以换镜像：{mirror}")


def kind(pattern, en, zh):
    return pattern, f"{CANNOT[0]}{en}{AGAIN[0]}", f"{CANNOT[1]}{zh}{AGAIN[1]}"


def other(pattern, en, zh):
    return kind(pattern, en + OTHER_INDEX[0], zh + OTHER_INDEX[1])


INDEX = {
    "off": kind(
        r"index lookups were disabled|Ignoring indexes|network was disabled|--no-index\b",
        ": a setting of this computer switches the package index off ({setting}).\n  - Remove it: {remedy}",
        "：这台电脑的设置关掉了软件源（{setting}）。\n  - 请取消这个设置：{remedy}",
    ),
    "ssl": kind(
        r"SSL module is not available|No module named '?_?ssl",
        ": this Python has no encryption (its module ssl is missing).\n  - Install Python again, with its installer, "
        "and delete the folder .venv.",
        "：这个 Python 缺少 ssl 模块，无法加密连接。\n  - 请用安装程序重新安装 Python，并删除 .venv 文件夹。",
    ),
    "untrusted": kind(
        r"not a trusted or secure host",
        ": the address of the package index {index} begins with http, not https, so pip leaves it out.\n"
        "  - Write https in its address: pip config set global.index-url <address>\n"
        "  - Or, if you trust that network: pip config set global.trusted-host {host}",
        "：软件源 {index} 的网址以 http 开头，不是 https，pip 不予使用。\n"
        "  - 请把网址改成 https：pip config set global.index-url <网址>\n"
        "  - 如果确信这个网络安全：pip config set global.trusted-host {host}",
    ),
    "plain": other(
        r"WRONG_VERSION_NUMBER|wrong version number|corrupt message|InvalidContentType|UNEXPECTED_EOF|HTTP_REQUEST",
        ": what answers at {index} does not speak https.\n"
        "  - Look at the address: pip config set global.index-url <address>\n"
        "  - Behind a proxy look at HTTPS_PROXY: most proxies are written http://..., also for https.",
        "：{index} 那里的服务器不支持 https。\n"
        "  - 请检查网址：pip config set global.index-url <网址>\n"
        "  - 使用代理时请检查 HTTPS_PROXY：代理地址一般写成 http://...，https 也一样。",
    ),
    "certificate": other(
        r"certificate verify failed|CERTIFICATE_VERIFY|UnknownIssuer|invalid peer certificate|SSLError|SSLCertVerif",
        ": the certificate of the package index {index} cannot be verified.\n"
        "  - Is this computer's date right? On a campus network log in first.\n"
        "  - Where a firm or a school looks into https, ask for its certificate: pip config set global.cert <file>",
        "：无法验证软件源 {index} 的证书。\n"
        "  - 电脑的日期对吗？校园网请先登录。\n"
        "  - 如果单位或学校检查 https 流量，请向网络管理员要证书文件：pip config set global.cert <文件>",
    ),
    "proxy": other(
        r"ProxyError|Cannot connect to proxy|Tunnel connection failed|proxy connect|Proxy Authentication|\b407\b",
        ": the proxy on the way to the package index {index} did not let it through.\n"
        "  - Set HTTPS_PROXY to its address (http://name:password@proxy:port), or remove it if you need no proxy.",
        "：代理服务器没有放行，连不上软件源 {index}。\n"
        "  - 请把 HTTPS_PROXY 设为正确的代理地址（http://name:password@proxy:port）；不需要代理就取消它。",
    ),
    "denied": other(
        r"\b(401|403|451) (Client Error|Unauthorized|Forbidden|Unavailable)|HTTP error (401|403|451)\b",
        ": the package index {index} refuses access.\n"
        "  - On a campus network or in a firm log in first. If the index wants a name and a password, they stand in "
        "its address: pip config set global.index-url https://name:password@...",
        "：软件源 {index} 拒绝访问。\n"
        "  - 校园网或单位网络请先登录；软件源要用户名和密码时，写在网址里："
        "pip config set global.index-url https://name:password@...",
    ),
    "busy": other(
        r"\b(429|5\d\d) (Client|Server) Error|\(?(429|5\d\d) (Too Many|Internal|Bad Gateway|Service|Gateway)"
        r"|HTTP error (429|5\d\d)\b|too many (5\d\d|429) error responses",
        ": the package index {index} is out of order or has too much to do.\n  - Wait some minutes.",
        "：软件源 {index} 出了故障，或者太忙。\n  - 请等几分钟。",
    ),
    "network": kind(
        r"connection broken by|Max retries exceeded|error sending request|dns error|timed out|Connection refused"
        r"|Network is unreachable|Connection reset|Name or service not known|getaddrinfo failed|name resolution",
        ": no connection to the package index {index}.\n"
        "  - Is this computer online? On a campus network log in first; behind a proxy set HTTPS_PROXY.\n"
        "  - If the index is blocked or slow where you are, or its address is wrong: {mirror}",
        "：连不上软件源 {index}。\n"
        "  - 电脑联网了吗？校园网请先登录；使用代理时，请把环境变量 HTTPS_PROXY 设为代理地址。\n"
        "  - 如果软件源打不开、太慢或网址有误，请换镜像：{mirror}",
    ),
    "portal": other(
        r"Skipping page .* Content-Type|Unsupported `Content-Type`|this is no package index",
        ": at {index} a web page answers, not a package index.\n"
        "  - On a campus network or in a hotel open any page in the browser, and log in.\n"
        "  - If you are logged in, the address is wrong; it ends in /simple as a rule.",
        "：{index} 返回的是网页，不是软件源。\n"
        "  - 校园网或酒店网络，请先在浏览器里打开任意网页并登录。\n"
        "  - 已经登录的话，是网址有误：软件源的网址一般以 /simple 结尾。",
    ),
    "damaged": other(
        r"DO NOT MATCH THE HASHES|Hash mismatch|invalid package format|Wheel .* is invalid|not a zip file|BadZipFile",
        ": a file from {index} is not the one that it should be: damaged, altered, or a web page in its place.\n"
        "  - On a campus network log in first. Then empty pip's store: pip cache purge",
        "：从 {index} 下载的文件不对：已损坏、被改动，或者其实是一个网页。\n"
        "  - 校园网请先登录。再清空 pip 的缓存：pip cache purge",
    ),
    "address": kind(
        r"this index has no page of any package",
        ": there is no package index at {index}.\n  - Look at the address; it ends in /simple as a rule: {mirror}",
        "：{index} 不是软件源的网址。\n  - 请检查网址，一般以 /simple 结尾：{mirror}",
    ),
}
LAG = kind(  # comes after a package that is not for this Python
    r"HTTP error 404|404 Not Found|No matching distribution found|No solution found|ResolutionImpossible",
    ": the package index {index} does not have {what}.\n"
    "  - A mirror may lag behind, or be incomplete. Take another: {mirror}\n"
    "  - Or there is none for this Python: install a 64-bit Python 3.12, 3.13 or 3.14, and delete the folder .venv.",
    "：软件源 {index} 里没有 {what}。\n"
    "  - 镜像可能还没同步，或者不完整。请换一个：{mirror}\n"
    "  - 也可能是没有适合这个 Python 的版本：请安装 64 位的 Python 3.12、3.13 或 3.14，并删除 .venv 文件夹。",
)
