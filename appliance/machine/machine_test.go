package machine

import (
	"fmt"
	"testing"
	"testing/fstest"
)

func files(m map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range m {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestLook(t *testing.T) {
	f := look(files(map[string]string{
		"etc/os-release":                       "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
		"proc/cpuinfo":                         "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n",
		"proc/loadavg":                         "0.42 0.31 1.05 1/123 4567\n",
		"proc/meminfo":                         "MemTotal:        4000000 kB\nMemFree:          100000 kB\nMemAvailable:    1000000 kB\n",
		"proc/uptime":                          "7860.53 15000.00\n",
		"sys/class/thermal/thermal_zone0/temp": "48500\n",
		"sys/class/thermal/thermal_zone1/temp": "-273000\n",
		"sys/class/thermal/thermal_zone2/temp": "255000\n", // a sensor that is not there
	}), t.TempDir())
	if f.System != "Debian GNU/Linux 12 (bookworm)" || f.Processor != "Some CPU @ 2 GHz" || f.Load != [3]float64{0.42, 0.31, 1.05} {
		t.Errorf("%+v", f)
	}
	if f.Memory.Used() != 75 || f.Memory.Total != 4000000*1024 || f.Up != 7860 || f.Temperature != 48.5 || f.Cores < 1 {
		t.Errorf("%+v", f)
	}
	if f.Disk.Total <= 0 || f.Disk.Free > f.Disk.Total {
		t.Errorf("disk %+v", f.Disk)
	}
}

// What is missing, or not what it should be, is zero.
func TestLookAtNothing(t *testing.T) {
	for name, root := range map[string]fstest.MapFS{
		"nothing": files(nil),
		"rubbish": files(map[string]string{
			"proc/loadavg": "NaN x 1e999", "proc/meminfo": "MemTotal: -4 kB\nMemAvailable: many", "proc/uptime": "\n",
			"sys/class/thermal/thermal_zone0/temp": "hot",
		}),
	} {
		f := look(root, "/no/such/folder")
		if f.Load != [3]float64{} || f.Memory != (Space{}) || f.Memory.Used() != 0 || f.Disk != (Space{}) || f.Up != 0 || f.Temperature != 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestGateways(t *testing.T) {
	got := gateways(files(map[string]string{
		"proc/net/route": "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n" +
			"eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n" +
			"eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
		"proc/net/ipv6_route": "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 " +
			"00000400 00000001 00000000 00000003 eth0\n" +
			"fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 " +
			"00000000 00000001 eth0\n" +
			"00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 " +
			"00000000 00200200 lo\n",
	}))
	if fmt.Sprint(got) != "[{eth0 192.0.2.1} {eth0 fe80::1}]" {
		t.Errorf("%v", got)
	}
	if got := gateways(files(nil)); got == nil || len(got) != 0 {
		t.Errorf("without files: %v", got)
	}
}

func TestResolvers(t *testing.T) {
	got := fmt.Sprint(resolvers("# me\nnameserver 192.0.2.53\noptions edns0\nnameserver fe80::1%eth0\nnameserver x\n"))
	if got != "[192.0.2.53 fe80::1%eth0]" {
		t.Error(got)
	}
}

func TestThisMachine(t *testing.T) {
	n, err := LookNetwork()
	if err != nil || n.Interfaces == nil || n.Gateways == nil || n.Resolvers == nil {
		t.Errorf("%+v, %v", n, err)
	}
	if f := Look("/"); f.Memory.Total == 0 || f.Up == 0 || f.Disk.Total == 0 {
		t.Errorf("%+v", f)
	}
}
